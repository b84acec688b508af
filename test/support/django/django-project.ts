import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import Database from 'better-sqlite3'
import type { Test } from 'tap'
import { cliPath } from '../../cli/octavo.js'
import { docBlock } from '../doc-block.js'
import { freePort } from '../free-port.js'
import { pythonWith } from '../python-with.js'
import { projectFiles } from './project-files.js'

/** A Python that has Django; undefined where there is none. */
export const djangoPython = pythonWith('django')

export const noDjango =
  djangoPython === undefined && 'no Python with Django here: apt-get install python3-django'

const gunicornPython = pythonWith('django', 'gunicorn')

export const noGunicorn =
  gunicornPython === undefined &&
  'no Python with Django and gunicorn here: apt-get install python3-django python3-gunicorn'

export const key = 'a-key-of-the-tests-0123456789abcdef'

export interface DjangoProject {
  readonly folder: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  /** What starts the app. */
  readonly command: readonly [string, ...string[]]
  /** The same under the server that the docs name. */
  readonly gunicorn: readonly [string, ...string[]]
  /** The cookies of somebody who is logged in, and the token that a form sends. */
  readonly staff: Readonly<Record<string, string>>
  readonly user: Readonly<Record<string, string>>
}

const csrf = 'c'.repeat(32)

/**
 * A small project with the views of the docs, a database with users and pairs of records, and a view
 * that writes one pair.
 */
export async function makeDjangoProject(
  t: Test,
  options: { readonly journal: 'delete' | 'wal'; readonly views: string },
): Promise<DjangoProject> {
  // The path of a socket is short: the folders of tap are not.
  const folder = mkdtempSync(join(tmpdir(), 'octavo-django-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'lab'))
  mkdirSync(join(folder, 'bin'))
  const script = `#!/bin/sh\nexec "${process.execPath}" "${cliPath}" "$@"\n`
  writeFileSync(join(folder, 'bin/octavo'), script, { mode: 0o755 })
  for (const [name, text] of Object.entries(projectFiles)) writeFileSync(join(folder, name), text)
  const views = docBlock('beside-django.md', options.views)
  writeFileSync(join(folder, 'octavo_views.py'), views)
  writeFileSync(join(folder, 'urls.py'), urlsOf(views))
  const port = await freePort()
  const env = {
    PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
    TMPDIR: folder,
    DATABASE_URL: 'db.sqlite3',
    BACKUP_API_KEY: key,
    PORT: String(port),
    PYTHONUNBUFFERED: '1',
  }
  const python = djangoPython ?? 'python3'
  const made = spawnSync(python, ['prepare.py'], { cwd: folder, env, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`the project could not be made: ${made.stderr}`)
  const database = new Database(join(folder, 'db.sqlite3'))
  database.pragma(`journal_mode = ${options.journal}`)
  database.close()
  const [staff = '', user = ''] = made.stdout.trim().split(' ')
  const cookies = (session: string) => ({
    cookie: `sessionid=${session}; csrftoken=${csrf}`,
    'x-csrftoken': csrf,
  })
  const command = [python, 'manage.py', 'runserver', '--noreload', `127.0.0.1:${port}`] as const
  const threads = ['--worker-class', 'gthread', '--threads', '4']
  const bind = ['--bind', `127.0.0.1:${port}`]
  const gunicorn = [
    gunicornPython ?? 'python3',
    '-m',
    'gunicorn',
    'wsgi',
    ...threads,
    ...bind,
  ] as const
  return { folder, port, env, command, gunicorn, staff: cookies(staff), user: cookies(user) }
}

/** As the docs have it: a route whose view the file does not hold is left out. */
function urlsOf(views: string): string {
  const lines = docBlock('beside-django.md', 'urls.py').split('\n')
  if (views.includes('def backup_archived(')) return lines.join('\n')
  return lines.filter((line) => !line.includes('backup_archived')).join('\n')
}

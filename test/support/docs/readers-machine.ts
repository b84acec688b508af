import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { writeSample } from '../../../src/sample/write-sample.js'
import { run, type Ran } from '../../cli/octavo.js'
import { olderEnvelope } from '../django/older-envelope.js'
import { GitHubDouble } from '../github-double/github-double.js'
import { addressOf } from './address-of.js'
import { ReadersServer } from './readers-server.js'

const key = 'a-key-of-the-docs-0123456789abcdef'
/** What `openssl rand` makes here, so that the service can know it before a page makes it. */
const newKey = 'f00dcafe'.repeat(8)

/** Whether a block asks a person, and so needs a terminal and an answer. */
const asks =
  /^ *octavo (?:restore (?!.*--(?:yes|dry-run|confirm))|user (?:create|password) (?!.*--password-stdin)).*$/gm
const newPassword = 'seven brave otters sing'

/** What a reader has: the service on a database, a GitHub with a backup of it, and shells. */
export class ReadersMachine {
  readonly #folder: string
  readonly #github: GitHubDouble
  readonly #service: ChildProcess
  readonly url: string
  readonly #environment: Readonly<Record<string, string>>
  /** What stands in the pages in place of what is true here; longer ones first. */
  #placeholders: readonly (readonly [string, string])[] = []
  #server: ReadersServer | null = null

  private constructor(parts: {
    folder: string
    github: GitHubDouble
    service: ChildProcess
    url: string
    environment: Readonly<Record<string, string>>
  }) {
    this.#folder = parts.folder
    this.#github = parts.github
    this.#service = parts.service
    this.url = parts.url
    this.#environment = parts.environment
  }

  static async start(folder: string, cli: string): Promise<ReadersMachine> {
    for (const name of ['bin', 'origin', 'tmp']) mkdirSync(join(folder, name))
    program(folder, 'octavo', `exec "${process.execPath}" "${cli}" "$@"`)
    // What is piped into it is read, or whoever writes it would die of that.
    program(folder, 'openssl', `[ "$1" = rand ] || cat >/dev/null\necho ${newKey}`)
    await writeSample(join(folder, 'origin/db.sqlite3'))
    const github = await GitHubDouble.start(folder)
    const base = {
      PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
      TMPDIR: join(folder, 'tmp'),
      DATABASE_URL: 'db.sqlite3',
    }
    const service = spawn('octavo', ['serve'], {
      cwd: join(folder, 'origin'),
      env: { ...base, BACKUP_API_KEY: `${key},${newKey}`, PORT: '0', HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const url = await addressOf(service)
    const environment = {
      ...base,
      BACKUP_URL: url,
      BACKUP_API_KEY: key,
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: github.token,
      ARCHIVE_REPOSITORY: github.name,
    }
    const machine = new ReadersMachine({ folder, github, service, url, environment })
    await machine.#exportAsBefore()
    await machine.#archive()
    return machine
  }

  /** Puts the app on a server of PostgreSQL, too, for the pages that name one. */
  async addServer(t: Parameters<typeof ReadersServer.start>[0]): Promise<void> {
    this.#server = await ReadersServer.start(t, async (url) => {
      await this.#call(['restore', 'origin/db.sqlite3', '--into', url, '--yes'])
    })
  }

  async stop(): Promise<void> {
    this.#service.kill()
    await this.#github.stop()
  }

  /** A home with a database in `srv`, a backup of it for a page that makes none, and perhaps a fixture. */
  home(
    name: string,
    { hasBackup, fixture }: { readonly hasBackup: boolean; readonly fixture?: string | undefined },
  ): string {
    const home = join(this.#folder, name)
    mkdirSync(join(home, 'srv/data'), { recursive: true })
    cpSync(join(this.#folder, 'origin/db.sqlite3'), join(home, 'srv/db.sqlite3'))
    cpSync(join(this.#folder, 'origin/db.sqlite3'), join(home, 'srv/data/sample.sqlite3'))
    if (hasBackup) cpSync(join(this.#folder, 'first.json'), join(home, 'srv/backup.json'))
    if (fixture !== undefined) {
      mkdirSync(dirname(join(home, 'srv', fixture)), { recursive: true })
      cpSync(join(this.#folder, 'fixture.json'), join(home, 'srv', fixture))
    }
    return home
  }

  /** Runs a block as bash would, with the variables and in the folder that the one before left. */
  async run(text: string, home: string): Promise<Ran> {
    const state = join(home, '.state')
    const script = join(home, '.block')
    const known = await this.#fill(text, home)
    const lines = [
      'set -euo pipefail -a',
      `if [ -f '${state}' ]; then . '${state}'; fi`,
      known,
      `{ export -p; printf 'cd %q\\n' "$PWD"; } > '${state}'`,
    ]
    writeFileSync(script, lines.join('\n'))
    const typed = [...secretsOf(text), ...(text.match(asks) ?? []).flatMap(answerTo)]
    const folder = join(home, 'srv')
    writeFileSync(join(home, '.typed'), typed.map((line) => `${line}\n`).join(''))
    const shell = `exec bash --norc '${script}'`
    const command = text.search(asks) < 0 ? shell : `script -qec "${shell}" /dev/null`
    const env = { ...this.#environment, HOME: home }
    return await run('bash', ['--norc', '-c', `${command} < '${home}/.typed'`], { folder, env })
  }

  async #fill(text: string, home: string): Promise<string> {
    const here = [['/opt/render/project/data', join(home, 'srv')], ...this.#placeholders] as const
    const filled = here.reduce((most, [shown, true_]) => most.replaceAll(shown, true_), text)
    return (await this.#server?.fill(filled, basename(home))) ?? filled
  }

  /** What programs before Octavo left: a fixture, and the same on the branch as qhog exports it. */
  async #exportAsBefore(): Promise<void> {
    await this.#call(['export', 'origin/db.sqlite3', '--format', 'django', '-o', 'fixture.json'])
    const fixture = readFileSync(join(this.#folder, 'fixture.json'), 'utf8')
    const content = olderEnvelope(fixture, '2025-01-05').text()
    const path = 'backups/database_backup_2025-01-05_00-00-00.json'
    await this.#github.repository.commitFiles('database-backups', { [path]: content })
  }

  async #call(words: readonly string[]): Promise<string> {
    const options = { folder: this.#folder, env: { ...this.#environment, HOME: this.#folder } }
    const { exit, out, err } = await run('octavo', words, options)
    if (exit !== 0) throw new Error(`octavo ${words.join(' ')} failed: ${out}${err}`)
    return out
  }

  /** The backup that every date of a page means. */
  async #archive(): Promise<void> {
    const out = await this.#call(['archive', '--json'])
    await this.#call(['fetch', '-o', 'first.json'])
    const instant = /database_backup_([\d_-]+)/.exec(out)?.[1] ?? ''
    this.#placeholders = [
      // What the prefix of the path does, tests of the service show.
      ['https://your-app.onrender.com/schedule', this.url],
      ['https://your-app.onrender.com', this.url],
      ['https://github.com/owner/name', this.#github.repository.folder],
      ['owner/name', this.#github.name],
      ['--database shop', '--database database'],
      ['shop (prod)', 'database'],
      ['app.sqlite3', 'db.sqlite3'],
      ['2026-11-15_00-17-00', instant],
      ['2026-11-15', instant.slice(0, 10)],
    ]
  }
}

function answerTo(line: string): string[] {
  return /octavo user/.test(line) ? [newPassword, newPassword] : ['YES']
}

function program(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
}

/** What a block reads without showing it, in its order. */
function secretsOf(text: string): string[] {
  const secrets: Record<string, string> = {
    BACKUP_API_KEY: key,
    GITHUB_TOKEN: 'token-that-may-write',
  }
  return [...text.matchAll(/\bread -rs (\w+)/g)].map(([, name = '']) => secrets[name] ?? '')
}

/** Whether there is a program that gives a terminal to another. */
export function hasTerminals(): boolean {
  return spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0
}

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { modelsCommand } from '../../../src/documents/fixture/models/models-command.js'
import { pythonWith } from '../python-with.js'
import { fixtureFiles } from './fixture-files.js'

export interface FixtureProject {
  readonly folder: string
  /** The path of a database, for SQLite. */
  path(name: string): string
  /** Calls a function of `ask.py` in the one process of Python that this project has. */
  ask(name: string, args?: readonly unknown[], options?: object): Promise<string>
}

/** A project in a process of its own that stays: each start of Django takes half a second. */
export async function makeFixtureProject(
  t: Test,
  env: Readonly<Record<string, string>> = {},
): Promise<FixtureProject> {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-fixture-'))
  const files = { ...fixtureFiles, 'lab/management/commands/octavo_models.py': modelsCommand }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const modules = 'POSTGRES_PORT' in env ? ['django', 'psycopg2'] : ['django']
  const child = spawn(pythonWith(...modules) ?? 'python3', ['ask.py'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PYTHONIOENCODING: 'utf-8', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  t.teardown(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    path: (name) => join(folder, `${name}.sqlite3`),
    ask: async (name, args = [], options = {}) => {
      child.stdin.write(`${JSON.stringify([name, args, options])}\n`)
      const { value } = await lines.next()
      const answer = JSON.parse(String(value)) as { value?: string; error?: string }
      if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`)
      return answer.value ?? ''
    },
  }
}

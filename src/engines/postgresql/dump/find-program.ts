import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { OctavoError } from '../../../core/errors.js'
import { messageOf } from '../../../core/message-of.js'

export interface Program {
  readonly path: string
  /** `15.18` */
  readonly version: string
  readonly major: number
}

/** Where packages put each major version, and where the one of the whole machine is. */
const versioned = ['/usr/lib/postgresql', '/usr/local/pgsql', '/opt/homebrew/opt', '/usr/local/opt']
const usual = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']

/**
 * Finds a pg_dump that can read a server of this major version: the one that the setting names, or
 * the oldest on this machine that is not older than the server. Throws `program-missing`.
 */
export async function findPgDump(setting: string | null, serverMajor: number): Promise<Program> {
  if (setting !== null) {
    const program = await askVersion(setting)
    if (program.major >= serverMajor) return program
    throw missing(
      `${setting} is pg_dump ${program.version}, and the server is PostgreSQL ${serverMajor}`,
      serverMajor,
    )
  }
  const found: Program[] = []
  for (const path of candidates('pg_dump')) {
    const program = await askVersion(path).catch(() => null) // what does not run is not there
    if (program?.major === serverMajor) return program
    if (program !== null) found.push(program)
  }
  const fitting = found
    .filter(({ major }) => major >= serverMajor)
    .sort((a, b) => a.major - b.major)
  if (fitting[0]) return fitting[0]
  const there = found.map(({ version }) => version).join(', ')
  const what = there ? `pg_dump ${there} is older than the server` : 'pg_dump is not here'
  throw missing(`the schema can not be exported: ${what}`, serverMajor)
}

function missing(message: string, major: number, cause?: unknown): OctavoError {
  return new OctavoError('program-missing', message, {
    ...(cause !== undefined && { cause }),
    hint:
      `Install postgresql-client-${major} (Debian, Ubuntu) or name the program with PG_DUMP. ` +
      'PG_DUMP=none exports rows without the SQL of the schema.',
  })
}

/** Where a program of PostgreSQL is on this machine, once for each version. */
export function candidates(program: 'pg_dump' | 'pg_restore'): string[] {
  const inFolders = versioned.flatMap((folder) =>
    foldersIn(folder).map((name) => join(folder, name, 'bin', program)),
  )
  const others = usual.map((folder) => join(folder, program))
  return [...inFolders, ...others].filter((path) => existsSync(path))
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Throws `program-missing` for what does not run. */
export function askVersion(path: string): Promise<Program> {
  return new Promise((resolve, reject) => {
    execFile(path, ['--version'], { env: { LC_ALL: 'C' }, timeout: 10_000 }, (error, stdout) => {
      const [, version, major] = /\) ((\d+)\S*)/.exec(stdout) ?? []
      if (error === null && version !== undefined && major !== undefined)
        resolve({ path, version, major: Number(major) })
      else
        reject(
          new OctavoError(
            'program-missing',
            `${path} does not run as a program of PostgreSQL: ${error ? messageOf(error) : 'it names no version'}`,
            { cause: error, hint: 'Correct the setting PG_DUMP.' },
          ),
        )
    })
  })
}

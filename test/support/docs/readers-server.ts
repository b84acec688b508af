import { password, startPostgres, type TestServer } from '../postgres/server.js'

/** An address of PostgreSQL as pages show it: `postgresql://app:PASSWORD@db.example.com:5432/shop`. */
const shown = /postgres(?:ql)?:\/\/\w+(?:\.(\w+))?:PASSWORD@[\w.:-]+\/(\w+)(?:\?[\w=&-]*)?/g

const database = 'filled'

/** Django keeps JSON as text in SQLite, and as itself here. */
const jsonColumns = [
  ['machine', 'wiring'],
  ['queuepreset', 'settings'],
  ['queueentry', 'requirements'],
  ['archivedmeasurement', 'result'],
  ['notification', 'payload'],
] as const

/** Whether a block names a database of PostgreSQL. */
export function namesServer(text: string): boolean {
  return text.search(shown) >= 0
}

/** A server with the databases that the pages name: each page has its own. */
export class ReadersServer {
  readonly #server: TestServer
  readonly #made = new Set<string>()

  private constructor(server: TestServer) {
    this.#server = server
  }

  /** `fill` puts the database of an app into an empty one. */
  static async start(
    t: { readonly teardown: (clean: () => Promise<void>) => void },
    fill: (url: string) => Promise<void>,
  ): Promise<ReadersServer> {
    const server = await startPostgres(t)
    await server.run('postgres', `CREATE ROLE app LOGIN CREATEDB PASSWORD '${password}'`)
    await server.run('postgres', `CREATE DATABASE ${database} OWNER app`)
    await fill(server.url(database, 'app'))
    for (const [table, column] of jsonColumns)
      await server.run(
        database,
        `ALTER TABLE "calendarEditor_${table}" ALTER ${column} TYPE jsonb USING ${column}::jsonb`,
      )
    return new ReadersServer(server)
  }

  /** Puts true addresses in the place of those that a page shows, and makes their databases. */
  async fill(text: string, page: string): Promise<string> {
    for (const [, project = '', name = ''] of text.matchAll(shown)) {
      const own = this.#nameOf(page, project, name)
      if (this.#made.has(own)) continue
      this.#made.add(own)
      // Where something is to be restored, nothing is there yet.
      const template = /_(?:copy|new)$/.test(name) ? 'template1' : database
      await this.#server.run('postgres', `CREATE DATABASE "${own}" OWNER app TEMPLATE ${template}`)
    }
    return text.replaceAll(shown, (_, project: string | undefined, name: string) =>
      this.#server.url(this.#nameOf(page, project ?? '', name), 'app'),
    )
  }

  /** Behind a pooler the user tells one database from another. */
  #nameOf(page: string, project: string, name: string): string {
    return [page, project, name].filter((part) => part !== '').join('_')
  }
}

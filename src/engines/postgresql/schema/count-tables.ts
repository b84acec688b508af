import { openSession, type ServerPlace, type SessionOptions } from '../connection/open-session.js'
import { listTables } from './list-tables.js'
import { plainName, quoteQualified } from '../sql/quote.js'

export interface CountedTables {
  readonly tables: readonly { readonly table: string; readonly records: number }[]
  readonly version: string
}

/** From so many pages of 8 KB on the server's own estimate is taken. */
const manyPages = 10_000

/**
 * Counts what is in the tables that a document would hold, and that this user may read: to tell a
 * person what is there. Of large tables it gives what the server believes.
 */
export async function countTables(
  place: ServerPlace,
  options: SessionOptions = {},
): Promise<CountedTables> {
  const session = await openSession(place, options)
  try {
    await session.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const tables: { readonly table: string; readonly records: number }[] = []
    for (const { oid, schema, table, kind, readable } of await listTables(session)) {
      const from = `${kind === 'r' ? 'ONLY ' : ''}${quoteQualified(schema, table)}`
      const name = plainName(schema, table)
      const what = `"${name}" could not be counted`
      const counted = readable && kind !== 'f'
      const believed = await session.value(
        `SELECT reltuples::bigint FROM pg_catalog.pg_class
         WHERE oid = ${oid} AND relpages > ${manyPages} AND reltuples > 0`,
        what,
      )
      const count = counted ? `SELECT count(*) FROM ${from}` : 'SELECT 0'
      const records = believed || (await session.value(count, what))
      tables.push({ table: name, records: Number(records) })
    }
    return { tables, version: session.version }
  } finally {
    await session.close()
  }
}

import type Database from 'better-sqlite3'
import { quoteIdentifier } from '../sql/quote.js'

/** The columns of an index without expressions, as its declaration would list them. */
export function indexedColumns(connection: Database.Database, index: string): string {
  return connection
    .prepare<[string], { name: string; coll: string; desc: number }>(
      'SELECT name, coll, "desc" FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno',
    )
    .all(index)
    .map(({ name, coll, desc }) => {
      const order = desc === 1 ? ' DESC' : ''
      return `${quoteIdentifier(name)} COLLATE ${quoteIdentifier(coll)}${order}`
    })
    .join(', ')
}

import type Database from 'better-sqlite3'
import type { DatabaseFacts } from '../../../core/schema.js'

/** What belongs to the file as a whole. `wal` is the source's: a page copy is no witness of it. */
export function readFacts(connection: Database.Database, wal: boolean): DatabaseFacts {
  const pragma = (name: string): number => Number(connection.pragma(name, { simple: true }))
  return {
    engine: 'sqlite',
    engine_version: String(connection.prepare('SELECT sqlite_version()').pluck().get()),
    encoding: String(connection.pragma('encoding', { simple: true })),
    page_size: pragma('page_size'),
    auto_vacuum: pragma('auto_vacuum'),
    wal,
    user_version: pragma('user_version'),
    application_id: pragma('application_id'),
  }
}

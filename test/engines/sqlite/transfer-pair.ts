import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describeDatabase } from '../../../src/engines/sqlite/schema/describe-database.js'
import { type Cleanup, ownFolder } from '../../support/read-snapshot.js'

/** A database as a restore has prepared it, and one that its rows go into. */
export interface TransferPair {
  readonly prepared: string
  readonly target: string
}

export function makePair(t: Cleanup, sql: { prepared: string; target: string }): TransferPair {
  const folder = ownFolder(t)
  const make = (name: string, text: string): string => {
    const db = new Database(join(folder, name))
    db.pragma('foreign_keys = off')
    db.exec(text)
    db.close()
    return join(folder, name)
  }
  return { prepared: make('prepared', sql.prepared), target: make('db.sqlite3', sql.target) }
}

/** A backup of all rows of its database. */
export const whole = { isPartial: false, excludedTables: [] }

export function named(path: string): { model: string; table: string }[] {
  return describeDatabase(path).models.map(({ model, table }) => ({ model, table }))
}

export function rows(path: string, sql: string): unknown[] {
  const db = new Database(path)
  try {
    return db.prepare(sql).raw().all()
  } finally {
    db.close()
  }
}

import type Database from 'better-sqlite3'
import type { RunChoices, StoreTotal } from '../core/backups/run-page.js'

export function readChoices(connection: Database.Database): RunChoices {
  const rows = connection
    .prepare<[], readonly [string, string, string | null]>(
      'SELECT DISTINCT database, label, stores FROM shown_runs',
    )
    .raw()
    .all()
  return {
    databases: sorted(rows.map(([database]) => database)),
    labels: sorted(rows.map(([, label]) => label)),
    stores: sorted(rows.flatMap(([, , stores]) => storesIn(stores))),
  }
}

/** SQLite adds up what the same stores hold; what each of them holds is added up here. */
export function readTotals(connection: Database.Database): StoreTotal[] {
  const rows = connection
    .prepare<[], readonly [string, string, number, number]>(
      `SELECT database, stores, count(*), sum(bytes) FROM shown_runs
       WHERE stores IS NOT NULL AND bytes IS NOT NULL GROUP BY database, stores`,
    )
    .raw()
    .all()
  const totals = new Map<string, StoreTotal>()
  for (const [database, stores, backups, bytes] of rows)
    for (const store of storesIn(stores)) {
      const key = `${store}\n${database}`
      const known = totals.get(key) ?? { store, database, backups: 0, bytes: 0 }
      totals.set(key, {
        ...known,
        backups: known.backups + backups,
        bytes: known.bytes + bytes,
      })
    }
  return [...totals.keys()].toSorted().flatMap((key) => totals.get(key) ?? [])
}

function storesIn(column: string | null): string[] {
  return column?.split('\n').filter((name) => name !== '') ?? []
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted()
}

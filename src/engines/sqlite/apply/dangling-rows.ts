import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { openConnection } from '../connection/open-connection.js'
import { type DanglingRow, findDanglingRows } from './find-dangling-rows.js'
import type { Transfer } from './transfer-plan.js'

/** How many dangling rows an error lists. */
const shownRows = 20

/** How much of its database a backup holds. */
export interface BackupExtent {
  /** It holds chosen models only. */
  readonly isPartial: boolean
  /** Tables of the prepared database whose rows the backup left out on purpose. */
  readonly excludedTables: readonly string[]
}

/** The given tables, and all that refer to them. */
export function tablesAround(connection: Database.Database, tables: readonly string[]): string[] {
  const changed = new Set(tables.map(foldCase))
  const parents = connection
    .prepare<[string], string>(`SELECT "table" FROM pragma_foreign_key_list(?, 'main')`)
    .pluck()
  return tableNames(connection).filter(
    (table) =>
      changed.has(foldCase(table)) ||
      parents.all(table).some((parent) => changed.has(foldCase(parent))),
  )
}

function tableNames(connection: Database.Database): string[] {
  return connection
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')",
    )
    .pluck()
    .all()
}

/**
 * The transferred rows that dangled in the database of the backup already. A parent whose rows were
 * left out, or whose table a partial backup does not hold, may well have been there.
 */
export function findDanglingInBackup(
  prepared: string,
  transfers: readonly Transfer[],
  { isPartial, excludedTables }: BackupExtent,
): DanglingRow[] {
  const connection = openConnection(prepared, { access: 'read' })
  try {
    const excluded = new Set(excludedTables.map(foldCase))
    const held = new Set(tableNames(connection).map(foldCase))
    return transfers
      .flatMap(({ from, to }) => findDanglingRows(connection, from, to))
      .filter(({ parent }) => {
        const name = foldCase(parent)
        return !excluded.has(name) && (held.has(name) || !isPartial)
      })
  } finally {
    connection.close()
  }
}

/** Throws where more rows dangle `after` than the target and the backup had for the same reason. */
export function refuseNewDanglingRows(
  after: readonly DanglingRow[],
  before: readonly DanglingRow[],
  inBackup: readonly DanglingRow[],
): void {
  const known = groupByReference([...before, ...inBackup])
  const wasShown = new Set(before.map(({ shown }) => shown))
  const rows = [...groupByReference(after)].flatMap(([reference, found]) => {
    const excess = found.length - (known.get(reference)?.length ?? 0)
    const newFirst = found.toSorted((a, b) => Number(wasShown.has(a)) - Number(wasShown.has(b)))
    return newFirst.slice(0, Math.max(0, excess))
  })
  if (rows.length === 0) return
  const shown = rows.slice(0, shownRows).join('; ')
  throw new OctavoError(
    'restore-refused',
    `${rows.length} rows would refer to rows that are not there: ${shown}`,
    {
      hint: 'Restore the models that they refer to as well, or remove these rows first.',
      details: { dangling: rows.slice(0, 1000), count: rows.length },
    },
  )
}

function groupByReference(rows: readonly DanglingRow[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const { reference, shown } of rows) {
    const group = groups.get(reference)
    if (group) group.push(shown)
    else groups.set(reference, [shown])
  }
  return groups
}

import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'
import type { TransferMode } from './count-changes.js'
import type { NamedTable } from './transfer-plan.js'
import { preparedSchema } from './transfer-sql.js'

interface VirtualTable {
  readonly name: string
  readonly sql: string
}

/**
 * Decides which shadow tables go along. Those of a virtual table that is the same on both sides are
 * copied, all or none; all others stay the target's, and a warning says which index to build anew.
 * Merging two indexes row by row would break both.
 */
export function keepShadowTables(
  connection: Database.Database,
  models: readonly NamedTable[],
  mode: TransferMode,
): { readonly transferred: readonly NamedTable[]; readonly warnings: readonly string[] } {
  const chosen = new Set(models.map(({ table }) => foldCase(table)))
  const left = new Set<string>()
  const warnings: string[] = []
  for (const { name, sql } of virtualTables(connection, 'main')) {
    const shadows = shadowsOf(connection, name)
    const twin = virtualTables(connection, preparedSchema).find((other) => other.name === name)
    const together = shadows.every((shadow) => chosen.has(foldCase(shadow)))
    if (mode === 'data-only' && together && twin?.sql === sql) continue
    for (const shadow of shadows) left.add(foldCase(shadow))
    warnings.push(
      `the virtual table ${name} stays as it is in the target; build it anew if its rows changed`,
    )
  }
  const listed = connection
    .prepare<[], string>(
      `SELECT name FROM pragma_table_list WHERE schema = '${preparedSchema}' AND type = 'shadow'`,
    )
    .pluck()
    .all()
    .map(foldCase)
  const targetTables = new Set(tableNames(connection).map(foldCase))
  return {
    // A shadow table that the target has not belongs to a virtual table that it has not.
    transferred: models.filter(({ table }) => {
      const name = foldCase(table)
      return !left.has(name) && (targetTables.has(name) || !listed.includes(name))
    }),
    warnings,
  }
}

function virtualTables(connection: Database.Database, schema: string): VirtualTable[] {
  return connection
    .prepare<[], VirtualTable>(
      `SELECT name, sql FROM ${schema}.sqlite_schema WHERE type = 'table' AND rootpage = 0`,
    )
    .all()
}

/** SQLite tells shadow tables, but not whose: their names begin with that of their virtual table. */
function shadowsOf(connection: Database.Database, virtual: string): string[] {
  const start = foldCase(`${virtual}_`)
  return connection
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'",
    )
    .pluck()
    .all()
    .filter((name) => foldCase(name).startsWith(start))
}

function tableNames(connection: Database.Database): string[] {
  return connection
    .prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
    .pluck()
    .all()
}

import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { openConnection } from '../connection/open-connection.js'
import type { Column, StoredTable } from '../schema/table-columns.js'
import { readTable, type ReadTable } from '../schema/read-table.js'

/** A model and the table that holds it. */
export interface NamedTable {
  readonly model: string
  readonly table: string
}

/** How the rows of one model go from the prepared database into the target's table. */
export interface Transfer {
  readonly model: string
  readonly from: string
  readonly to: string
  /** Names on both sides; `alike` where both columns keep every value as it is or change it alike. */
  readonly columns: readonly {
    readonly from: string
    readonly to: string
    readonly alike: boolean
  }[]
  /** Names of the rowid on both sides, where it is no column and goes along. */
  readonly rowid: { readonly from: string; readonly to: string } | null
  /** What tells rows apart on both sides, position by position; empty where nothing does. */
  readonly identity: readonly { readonly from: string; readonly to: string }[]
  /** True where the identity is a declared key of the target. */
  readonly byKey: boolean
  readonly shadow: boolean
}

export interface TransferModels {
  /** What is to be restored, with the tables of the prepared database. */
  readonly models: readonly NamedTable[]
  /** All models of the target. */
  readonly targetModels: readonly NamedTable[]
}

export interface TransferPlanning extends TransferModels {
  /** Leave out columns that the target lacks: to count, never to restore. */
  readonly anyColumns?: boolean
}

/**
 * Finds the target's table for each model, without case, and a place for each column. A model or a
 * column that the target lacks is refused by name.
 */
export function planTransfers(
  prepared: string,
  target: Database.Database,
  { models, targetModels, anyColumns = false }: TransferPlanning,
): Transfer[] {
  const places = new Map(targetModels.map(({ model, table }) => [foldCase(model), table]))
  const source = openConnection(prepared, { access: 'read' })
  try {
    return models.map(({ model, table }) => {
      const place = places.get(foldCase(model))
      if (place === undefined)
        throw new OctavoError('restore-refused', `the target has no table for the model ${model}`, {
          hint: 'Bring the schema of the target up to date, or restore with --mode replace.',
        })
      const to = readTable(target, place)
      const from = readTable(source, table)
      return planTransfer(model, anyColumns ? withCommonColumns(from, to) : from, to)
    })
  } finally {
    source.close()
  }
}

function planTransfer(model: string, from: ReadTable, to: ReadTable): Transfer {
  const places = new Map([...to.key, ...to.fields].map((column) => [foldCase(column.name), column]))
  const columns = [...from.key, ...from.fields].map((column) => {
    const place = places.get(foldCase(column.name))
    if (place === undefined) throw missingColumn(model, column, to)
    return { from: column.name, to: place.name, alike: column.affinity === place.affinity }
  })
  const rowid = hiddenRowid(from) && hiddenRowid(to)
  const pair = rowid ? { from: hiddenRowid(from) ?? '', to: hiddenRowid(to) ?? '' } : null
  const keys = from.key.map(({ name }) => foldCase(name)).sort()
  const byKey =
    keys.length > 0 &&
    keys.join('\0') ===
      to.key
        .map(({ name }) => foldCase(name))
        .sort()
        .join('\0')
  const identity = byKey
    ? columns.filter(({ from: name }) => keys.includes(foldCase(name)))
    : pair === null
      ? []
      : [pair]
  return {
    model,
    from: from.name,
    to: to.name,
    columns,
    rowid: pair,
    identity,
    byKey,
    shadow: from.shadow || to.shadow,
  }
}

function withCommonColumns(from: ReadTable, to: ReadTable): ReadTable {
  const places = new Set([...to.key, ...to.fields].map(({ name }) => foldCase(name)))
  const isCommon = ({ name }: Column): boolean => places.has(foldCase(name))
  return { ...from, key: from.key.filter(isCommon), fields: from.fields.filter(isCommon) }
}

function hiddenRowid({ order }: StoredTable): string | null {
  return order.by === 'rowid' && !order.isKey ? order.name : null
}

function missingColumn(model: string, { name }: Column, to: StoredTable): OctavoError {
  return new OctavoError(
    'restore-refused',
    `the target's table "${to.name}" has no column "${name}", which the backup of ${model} fills`,
    {
      hint: 'Bring the schema of the target to the state of the backup, or use --mode replace.',
      details: { model, column: name },
    },
  )
}

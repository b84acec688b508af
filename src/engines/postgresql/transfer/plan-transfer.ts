import { foldCase } from '../../../core/fold-case.js'
import { OctavoError } from '../../../core/errors.js'
import type { TableObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'
import type { RecordTable } from '../schema/name-tables.js'
import type { StoredColumn, StoredTable } from '../schema/stored-table.js'
import { readKeyOperators } from './read-key-operators.js'

/** A column of the key, and what the key takes for equal. */
export interface KeyColumn {
  readonly name: string
  /** `OPERATOR(pg_catalog.=)` */
  readonly operator: string
}

/** How the records of one model go into a table of the target. */
export interface Transfer {
  readonly model: string
  /** The table that the document states. */
  readonly entry: TableObject
  readonly to: StoredTable
  /** The columns that the document fills, in its order, as the target has them. */
  readonly columns: readonly StoredColumn[]
  /** Stored columns that the document lacks: their default, or what a merged row held before. */
  readonly others: readonly string[]
  /** What tells rows apart in the target; empty where nothing does, or the document lacks a part. */
  readonly identity: readonly KeyColumn[]
  /** The temporary table with the rows of the document. */
  readonly staging: string
}

export interface PlanTransfers {
  /** What the document states of the models to restore. */
  readonly entries: readonly TableObject[]
  /** All models of the target. */
  readonly targets: readonly RecordTable[]
}

/** A model or a column that the target lacks is refused by name. */
export async function planTransfers(
  session: Session,
  { entries, targets }: PlanTransfers,
): Promise<Transfer[]> {
  const places = new Map(targets.map(({ model, stored }) => [foldCase(model), stored]))
  const operators = await readKeyOperators(session, [...places.values()])
  return entries.map((entry, index) => {
    const model = entry.model ?? entry.name
    const to = places.get(foldCase(model))
    if (to === undefined)
      throw new OctavoError('restore-refused', `the target has no table for the model ${model}`, {
        hint: 'Bring the schema of the target up to date, or restore with --mode replace.',
      })
    const columns = (entry.columns ?? []).map(([name]) => columnOf(model, name, to))
    const filled = new Set(columns.map(({ name }) => name))
    const known = operators.get(to.oid) ?? []
    const identified = known.length === to.key.length && to.key.every((name) => filled.has(name))
    return {
      model,
      entry,
      to,
      columns,
      others: to.columns.map(({ name }) => name).filter((name) => !filled.has(name)),
      identity: identified ? known : [],
      staging: `pg_temp.octavo_rows_${index}`,
    }
  })
}

function columnOf(model: string, name: string, to: StoredTable): StoredColumn {
  const column = to.columns.find((found) => found.name === name)
  if (column) return column
  throw new OctavoError(
    'restore-refused',
    `the target's table "${to.name}" has no column "${name}", which the backup of ${model} fills`,
    {
      hint: 'Bring the schema of the target to the state of the backup, or use --mode replace.',
      details: { model, column: name },
    },
  )
}

import type { Session } from '../connection/session.js'
import type { Transfer } from './plan-transfer.js'
import { newRows, oldRows, sameKey } from './transfer-sql.js'

export type TransferMode = 'data-only' | 'merge'

export interface Change {
  readonly model: string
  readonly added: number
  readonly changed: number
  readonly removed: number
  /** Records after the change. */
  readonly records: number
}

/** Two sets of rows, as SQL, and what makes a row of `x` and one of `y` the same; null for their lines. */
export interface ComparedRows {
  readonly model: string
  readonly before: string
  readonly after: string
  readonly sameKey: string | null
}

/** Counts what a transfer adds, changes and removes, before it is made. */
export async function countChanges(
  session: Session,
  transfer: Transfer,
  mode: TransferMode,
): Promise<Change> {
  const counted = await countDifferences(session, {
    model: transfer.model,
    before: oldRows(transfer),
    after: newRows(transfer),
    sameKey: transfer.identity.length > 0 ? sameKey(transfer) : null,
  })
  if (mode === 'data-only') return counted
  return { ...counted, removed: 0, records: counted.records + counted.removed }
}

/** What turns the rows before into those after. Rows without a key are told apart by all they hold. */
export async function countDifferences(session: Session, rows: ComparedRows): Promise<Change> {
  const { model, before, after } = rows
  const what = `the changes of "${model}" could not be counted`
  const [found = []] = await session.rows(
    rows.sameKey === null ? linesSql(rows) : keyedSql(rows, rows.sameKey),
    what,
  )
  const [removed = []] = await session.rows(
    rows.sameKey === null
      ? linesSql({ ...rows, before: after, after: before })
      : `SELECT count(*) FROM ${before} y
         WHERE NOT EXISTS (SELECT FROM ${after} x WHERE ${rows.sameKey})`,
    what,
  )
  const records = await session.value(`SELECT count(*) FROM ${after} x`, what)
  return {
    model,
    added: Number(found[0] ?? NaN),
    changed: Number(found[1] ?? NaN),
    removed: Number(removed[0] ?? NaN),
    records: Number(records || NaN),
  }
}

function keyedSql({ before, after }: ComparedRows, same: string): string {
  return `SELECT count(*) FILTER (WHERE y.line IS NULL), count(*) FILTER (WHERE y.line <> x.line)
    FROM ${after} x LEFT JOIN ${before} y ON ${same}`
}

/** Rows after that there were not as many of before. */
function linesSql({ before, after }: ComparedRows): string {
  return `SELECT coalesce(sum(greatest(x.n - coalesce(y.n, 0), 0)), 0), 0
    FROM (SELECT line, count(*) AS n FROM ${after} x GROUP BY line) x
    LEFT JOIN (SELECT line, count(*) AS n FROM ${before} y GROUP BY line) y ON x.line = y.line`
}

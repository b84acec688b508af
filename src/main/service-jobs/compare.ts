import type { Listeners } from '../../cli/actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import type { DiffResult, DiffSide, ModelDiff } from '../../jobs/job-types.js'
import { diffSides } from '../actions/read-actions.js'
import type { BackupContext } from '../fetched-backups.js'
import type { RequestOf } from './messages.js'

/** Of all records together, in characters: the service keeps what its jobs resulted in for a while. */
const mostShown = 256 * 1024

/** Compares a kept backup with another one, or with a database as it is now. */
export async function compare(
  context: BackupContext,
  { a, b, show }: RequestOf<'compare'>,
  listeners: Listeners,
): Promise<DiffResult> {
  const side = async (wish: typeof b): Promise<DiffSide> => {
    if ('database' in wish)
      return { kind: 'database', database: chooseDatabase(context.config(), wish.database) }
    return { kind: 'file', file: (await context.backups.file(wish.backup, listeners)).file }
  }
  const sides = { a: await side(a), b: await side(b), show }
  return withinBounds(await diffSides(context, sides, listeners))
}

/** Each model with a difference has the same room for its records. */
export function withinBounds(result: DiffResult, most = mostShown): DiffResult {
  const differing = result.models.filter(({ shown }) => shown.length > 0)
  const room = most / Math.max(1, differing.length)
  return { ...result, models: result.models.map((model) => bounded(model, room)) }
}

function bounded(model: ModelDiff, room: number): ModelDiff {
  let left = room
  const shown = model.shown.filter(({ a, b, key }) => {
    const length = (a?.length ?? 0) + (b?.length ?? 0) + key.length
    if (length > left) return false
    left -= length
    return true
  })
  return { ...model, shown }
}

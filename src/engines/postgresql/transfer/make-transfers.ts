import { foldCase } from '../../../core/fold-case.js'
import { OctavoError } from '../../../core/errors.js'
import type { OnProgress } from '../../../core/progress.js'
import { type Change, countChanges, type TransferMode } from './count-changes.js'
import { DanglingRows } from './dangling-rows.js'
import { differingBookkeeping } from './keep-bookkeeping.js'
import { moveRows } from './move-rows.js'
import type { StagedTransfer } from './open-transfer.js'
import type { Transfer } from './plan-transfer.js'
import { quietPrograms } from './quiet-programs.js'
import { holdSequences, raiseSequences } from './raise-sequences.js'
import { refreshViews } from './refresh-views.js'
import { bringKeysBack, setAsideKeys } from './set-aside-keys.js'
import type { Session } from '../connection/session.js'

export interface MakeTransfers {
  /** Lines of the document. */
  readonly sequences: readonly string[]
  /** Whether the document is restored as a whole, and not chosen models of it. */
  readonly all: boolean
  /** Models whose rows are all that the target is to hold, in a merge too. Without case. */
  readonly complete?: ReadonlySet<string> | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface MadeTransfers {
  readonly changes: readonly Change[]
  readonly warnings: readonly string[]
}

/**
 * Makes and checks all changes in the transaction of the session. What stands in the way of rows is
 * set aside, and put back before the end exactly as it was.
 */
export async function makeTransfers(
  staged: StagedTransfer,
  { sequences, all, complete, signal, onProgress }: MakeTransfers,
): Promise<MadeTransfers> {
  const { session, mode, transfers, bookkeeping, keys } = staged
  const oids = transfers.map(({ to }) => to.oid)
  const warnings = [...staged.warnings]
  for (const kept of bookkeeping) warnings.push(...(await differingBookkeeping(session, kept)))
  const references = new DanglingRows(session, keys)
  await references.remember(transfers)
  await setAsideKeys(session, keys)
  const wake = await quietPrograms(session, oids)
  await holdSequences(session, transfers)
  const changes: Change[] = []
  for (const transfer of transfers) {
    signal?.throwIfAborted()
    onProgress?.({ phase: 'applying', model: transfer.model })
    const own = complete?.has(foldCase(transfer.model)) === true ? 'data-only' : mode
    const change = await countChanges(session, transfer, own)
    await moveRows(session, transfer, own)
    await requireMoved(session, transfer, { change, mode: own })
    changes.push(change)
  }
  onProgress?.({ phase: 'finishing' })
  // What waits for the commit is checked now: a table with checks to come can't be altered.
  await session.run('SET CONSTRAINTS ALL IMMEDIATE', 'the rows do not fit into the target')
  const broken = await references.requireNoNew()
  await wake()
  warnings.push(...(await bringKeysBack(session, keys, broken)))
  await raiseSequences(session, { transfers, states: sequences, all })
  await refreshViews(session, oids)
  return { changes, warnings }
}

interface Moved {
  readonly change: Change
  readonly mode: TransferMode
}

/** Once more the same count: there must be nothing left to change. */
async function requireMoved(
  session: Session,
  transfer: Transfer,
  { change, mode }: Moved,
): Promise<void> {
  const left = await countChanges(session, transfer, mode)
  const { added, changed, removed, records } = left
  if (added + changed + removed === 0 && records === change.records) return
  throw new OctavoError(
    'restore-mismatch',
    `the records of ${transfer.model} would not be those of the backup: ` +
      `${records} of ${change.records} there, ${added} missing, ${changed} different`,
  )
}

import { OctavoError } from '../../../core/errors.js'
import { graced } from '../../graced.js'
import { unlessAborted } from '../../stopped.js'
import { readHead, type BranchState } from '../branch-state.js'
import { holdsCommit, moveBranch } from '../move-branch.js'
import { storeError, type Asking } from '../on-store.js'
import { retryMoves } from '../retry-moves.js'
import type { TreeChange } from '../tree-change.js'
import { createCommit } from '../write-objects.js'
import type { BranchPlace } from './branch-place.js'

/** What a change makes of the branch as it is by then; null where there is nothing to do. */
export type Change = (branch: BranchState | null) => readonly TreeChange[] | null

/**
 * Changes the branch in one commit, again where a rival was first. When the call is stopped, a move that
 * was asked for comes to its end: what it did counts.
 */
export async function changeBranch(
  place: BranchPlace,
  asking: Asking & { readonly message: string },
  change: Change,
): Promise<void> {
  await place.inTurn(() => moveOnce(place, asking, change), asking)
}

async function moveOnce(
  place: BranchPlace,
  asking: Asking & { readonly message: string },
  change: Change,
): Promise<void> {
  const { what, signal } = asking
  const late = graced(signal, () => place.graceMs)
  const moving: { commit: string | null } = { commit: null }
  try {
    const moves = () => makeMoves(place, asking, { change, late: late.signal, moving })
    await unlessAborted(moves, late.signal, what)
  } catch (error) {
    const { commit } = moving
    if (commit !== null && (await isDone(place, { ...asking, commit }, error))) return
    throw storeError(asking, error)
  } finally {
    late.end()
  }
}

interface Moves {
  readonly change: Change
  readonly late: AbortSignal
  /** The commit that GitHub was asked to move the branch to, as long as it has not refused. */
  readonly moving: { commit: string | null }
}

async function makeMoves(
  place: BranchPlace,
  { signal, message }: Asking & { readonly message: string },
  { change, late, moving }: Moves,
): Promise<void> {
  const repository = await place.connect(signal)
  const mover = await place.connect(late)
  const options = { clock: place.clock, ...(signal && { signal }) }
  await retryMoves(repository, options, async (branch) => {
    const changes = change(branch)
    if (changes === null) return true
    const commit = await createCommit(repository, branch, { changes, message })
    signal?.throwIfAborted()
    moving.commit = commit
    if (await moveBranch(mover, branch, commit)) return true
    moving.commit = null
    return null
  })
}

/** Whether the branch holds a commit, though the answer to its move was lost, or not waited for. */
async function isDone(
  place: BranchPlace,
  { what, commit }: Asking & { readonly commit: string },
  error: unknown,
): Promise<boolean> {
  try {
    const repository = await place.connect(AbortSignal.timeout(place.cleanUpMs))
    const head = await readHead(repository)
    return head !== null && (head === commit || (await holdsCommit(repository, head, commit)))
  } catch {
    throw new OctavoError('store-failed', `${what}: no answer says whether it was done`, {
      cause: error,
      hint: 'Either way the branch is whole. Look at what is there, then run it again.',
    })
  }
}

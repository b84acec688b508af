import type { BackupCopy, BackupRecord } from '../../core/backups/catalog.js'
import { provesRestore } from '../../core/backups/verification.js'
import { applyRetention, type EndedRun } from '../../core/retention/apply-retention.js'
import type { RetentionDecision } from '../../core/retention/decide-series.js'
import { candidateOf, type RetentionCandidate } from '../../core/retention/candidate.js'
import type { RetentionPolicy } from '../../core/retention/policy.js'
import type { Store } from '../../core/store.js'
import type { BackupRoom, KeptStore } from './backup-types.js'
import { finishRemovals, removeCopy } from './remove-copy.js'

export interface PruneOptions {
  /** Of one database only, or of all. */
  readonly database?: string
  /** Decide, and change nothing. */
  readonly dryRun: boolean
  /** Of one store only, or of all. */
  readonly store?: string
  readonly signal: AbortSignal
}

export interface PrunedStore {
  readonly store: Store
  /** Newest first. */
  readonly decisions: readonly RetentionDecision<Pruned>[]
}

interface Pruned extends RetentionCandidate {
  readonly copy: BackupCopy
  readonly record: BackupRecord
}

/**
 * Applies the policy of each store to what the catalog knows of it; nothing else in a store is looked
 * at. Each database by itself: what the last run of one was says nothing of another.
 */
export async function pruneStores(
  room: BackupRoom,
  { database, dryRun, store: only, signal }: PruneOptions,
): Promise<PrunedStore[]> {
  const { catalog, stores, clock } = room
  const records = await catalog.list(database === undefined ? {} : { database })
  const pruned: PrunedStore[] = []
  for (const kept of stores) {
    if (only !== undefined && kept.store.name !== only) continue
    const decisions = decide(kept, records, clock.now())
    if (dryRun) {
      pruned.push({ store: kept.store, decisions })
      continue
    }
    for (const record of records) await finishRemovals(room, { record, store: kept.store, signal })
    const pinnedNow = new Set<string>()
    for (const { kept: stays, backup } of decisions.toReversed()) {
      signal.throwIfAborted()
      if (stays) continue
      const { id } = backup
      if (!(await removeCopy(room, { id, store: kept.store, signal }))) pinnedNow.add(id)
    }
    pruned.push({ store: kept.store, decisions: decisions.map((one) => asPinned(one, pinnedNow)) })
  }
  return pruned
}

/** Somebody pinned it after the decision: it stays. */
function asPinned<T extends RetentionCandidate>(
  decision: RetentionDecision<T>,
  pinnedNow: ReadonlySet<string>,
): RetentionDecision<T> {
  if (!pinnedNow.has(decision.backup.id)) return decision
  return { ...decision, kept: true, reasons: ['pinned'] }
}

function decide(
  { store, policy }: KeptStore,
  records: readonly BackupRecord[],
  now: Date,
): RetentionDecision<Pruned>[] {
  const names = new Set(records.map(({ database }) => database))
  return [...names].flatMap((name) =>
    decideDatabase(
      records.filter(({ database }) => database === name),
      { store, policy, now },
    ),
  )
}

function decideDatabase(
  records: readonly BackupRecord[],
  {
    store,
    policy,
    now,
  }: { readonly store: Store; readonly policy: RetentionPolicy; readonly now: Date },
): RetentionDecision<Pruned>[] {
  const backups = records.flatMap((record): Pruned[] => {
    const copy = record.copies.find((one) => one.store === store.name)
    const candidate = copy && candidateOf(record, copy)
    if (!copy || !candidate) return []
    // Where another store failed the run did, and the copy in this one is proved all the same.
    const status = candidate.verified ? 'success' : candidate.status
    return [{ ...candidate, status, copy, record }]
  })
  return applyRetention({ backups, policy, now, run: lastRun(records) })
}

function lastRun(records: readonly BackupRecord[]): EndedRun | null {
  const last = records.find(({ status }) => status !== 'in-progress')
  if (last === undefined) return null
  const proved = last.copies.every(
    ({ verification }) => verification !== null && provesRestore(verification),
  )
  return { ok: last.status === 'success', verified: proved, made: last.id }
}

import { periodsOf } from './calendar-periods.js'
import { decideSeries, type RetentionDecision } from './decide-series.js'
import { newestTakenFirst, type RetentionCandidate } from './candidate.js'
import { keepRules, limits, policyMistakes, rulesSet, type RetentionPolicy } from './policy.js'

/** The run that ended last: what it did to the backups given. */
export interface EndedRun {
  readonly ok: boolean
  readonly verified: boolean
  /** The id of the backup that it made, where it made one. */
  readonly made?: string | null | undefined
}

export interface RetentionInput<B extends RetentionCandidate = RetentionCandidate> {
  /** Those in one store, of one database or several. */
  readonly backups: readonly B[]
  readonly policy: RetentionPolicy
  readonly now: Date
  /** Null where no run is known. */
  readonly run: EndedRun | null
}

/**
 * Which backups stay and which go, each with its reasons, newest first. It decides about what it is given
 * and looks at nothing else. Whatever the policy says, these laws hold, for each database, label and
 * format by itself:
 *
 * - After a run that failed or was not verified nothing goes, nor where the policy sets no rule.
 * - Backups from the future, without a readable date, in progress or failed are left alone and count
 *   nowhere.
 * - Pinned backups, the newest one, the newest verified one and the one made just now stay.
 * - New backups never push out all old ones, nor the newest one with another content (`laws.ts`): only
 *   its own age takes such a backup away.
 *
 * Throws a RangeError for a policy with mistakes and for a `now` that is no date.
 */
export function applyRetention<B extends RetentionCandidate>(
  input: RetentionInput<B>,
): RetentionDecision<B>[] {
  requireUsable(input)
  const { policy, now, run } = input
  const untouched = whyNothingGoes(policy, run)
  const decisions: RetentionDecision<B>[] = []
  const series = new Map<string, B[]>()
  for (const backup of input.backups) {
    const reason = untouched ?? whyLeftAlone(backup, now)
    if (reason !== null) decisions.push({ backup, kept: true, reasons: [reason] })
    else addTo(series, seriesOf(backup), backup)
  }
  for (const backups of series.values()) {
    const dated = backups.toSorted(newestTakenFirst).map((backup) => ({
      backup,
      ageMs: now.getTime() - backup.takenAt.getTime(),
      periods: periodsOf(backup.takenAt, policy.timeZone ?? 'UTC'),
    }))
    decisions.push(...decideSeries(dated, policy, run?.made ?? null))
  }
  return decisions.toSorted((a, b) => newestTakenFirst(a.backup, b.backup))
}

function requireUsable({ policy, now }: RetentionInput): void {
  const [mistake] = policyMistakes(policy)
  if (mistake) {
    const { member, problem, expected } = mistake
    throw new RangeError(`"${member}" of the policy ${problem}; it should be ${expected}`)
  }
  if (Number.isNaN(now.getTime())) throw new RangeError('the date to apply retention at is no date')
}

function whyNothingGoes(policy: RetentionPolicy, run: EndedRun | null): string | null {
  if (rulesSet(policy, [...keepRules, ...limits]).length === 0) return 'the policy sets no rule'
  if (run && !run.ok) return 'nothing is pruned after a run that failed'
  if (run && !run.verified) return 'nothing is pruned after a run that was not verified'
  return null
}

function whyLeftAlone({ status, takenAt }: RetentionCandidate, now: Date): string | null {
  if (status === 'in-progress') return 'left alone: in progress'
  if (status === 'failed') return 'left alone: its run failed'
  if (Number.isNaN(takenAt.getTime())) return 'left alone: its date can not be read'
  if (takenAt.getTime() > now.getTime()) return 'left alone: from the future'
  return null
}

/**
 * Backups count, and push each other out, within a series. A copy under another label is of another
 * database in truth, and a document is no substitute for a page copy.
 */
function seriesOf({ database, label, format }: RetentionCandidate): string {
  return JSON.stringify([database, label ?? '', format ?? ''])
}

function addTo<B>(lists: Map<string, B[]>, key: string, value: B): void {
  const known = lists.get(key)
  if (known) known.push(value)
  else lists.set(key, [value])
}

import { applyRetention, type EndedRun } from '../../../src/core/retention/apply-retention.js'
import type { RetentionCandidate } from '../../../src/core/retention/candidate.js'
import type { RetentionDecision } from '../../../src/core/retention/decide-series.js'
import type { RetentionPolicy } from '../../../src/core/retention/policy.js'

export const now = new Date('2026-11-22T12:00:00Z')
export const good: EndedRun = { ok: true, verified: true }

/** A verified backup of an instant, by whose beginning it is called. */
export function candidate(
  takenAt: string | Date,
  wishes: Partial<RetentionCandidate> = {},
): RetentionCandidate {
  const at = new Date(takenAt)
  const id = wishes.id ?? (Number.isNaN(at.getTime()) ? 'undated' : at.toISOString().slice(0, 16))
  return {
    id,
    name: id,
    database: 'queue',
    takenAt: at,
    size: 100,
    verified: true,
    pinned: false,
    content: 'same',
    status: 'success',
    ...wishes,
  }
}

/** One a day at noon, the last one at `now`. */
export function daily(count: number, wishes: Partial<RetentionCandidate> = {}) {
  return Array.from({ length: count }, (_, index) => candidate(daysAgo(index), wishes))
}

export function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * 86_400_000)
}

export function apply(
  policy: RetentionPolicy,
  backups: readonly RetentionCandidate[],
  run: EndedRun | null = good,
): RetentionDecision[] {
  return applyRetention({ backups, policy, now, run })
}

/** `+ 2026-11-22T12:00: pinned`, or `-` for what goes. */
export function shown(decisions: readonly RetentionDecision[]): string[] {
  return decisions.map(
    ({ backup, kept, reasons }) => `${kept ? '+' : '-'} ${backup.name}: ${reasons.join('; ')}`,
  )
}

export function keptNames(decisions: readonly RetentionDecision[]): string[] {
  return decisions.filter(({ kept }) => kept).map(({ backup }) => backup.name)
}

import { keptByRules, type Dated } from './keep-rules.js'
import { alwaysKept, keptFromFloods } from './laws.js'
import { beyondLimits, isTooOld, tooOld, withinLimits } from './limits.js'
import type { RetentionCandidate } from './candidate.js'
import { keepRules, rulesSet, type RetentionPolicy } from './policy.js'

/** What becomes of one backup. */
export interface RetentionDecision<B extends RetentionCandidate = RetentionCandidate> {
  readonly backup: B
  readonly kept: boolean
  /**
   * In words for a person, at least one: `3 of the last 8`. What protects from floods is named where it
   * decides.
   */
  readonly reasons: readonly string[]
}

/**
 * Decides about the backups of one series, given newest first. The order of the steps matters: age goes
 * first, so that what protects from floods is found among those that age leaves.
 */
export function decideSeries<B extends RetentionCandidate>(
  series: readonly Dated<B>[],
  policy: RetentionPolicy,
  made: string | null,
): RetentionDecision<B>[] {
  const always = alwaysKept(series, made)
  const young = series.filter((one) => !isTooOld(one, policy))
  const inQuestion = series.filter((one) => always.has(one.backup) || !isTooOld(one, policy))

  const rules = rulesSet(policy, keepRules)
  const byRules = keptByRules(inQuestion, policy)
  const fromFloods = keptFromFloods(young)
  const isAlways = ({ backup }: Dated): boolean => always.has(backup)
  const isLawful = (one: Dated): boolean => isAlways(one) || fromFloods.has(one.backup)
  const wanted = inQuestion.filter(
    (one) => rules.length === 0 || byRules.has(one.backup) || isLawful(one),
  )

  const beyond = beyondLimits(wanted, isLawful, policy)
  const kept = wanted.filter(({ backup }) => !beyond.has(backup))

  const own = rules.length === 0 ? withinLimits(kept, policy) : byRules
  const beyondButForFloods = beyondLimits(wanted, isAlways, policy)
  const whyKept = (backup: B): string[] => {
    const reasons = [...own.of(backup), ...always.of(backup)]
    const floodsDecide = reasons.length === 0 || beyondButForFloods.has(backup)
    return floodsDecide ? [...reasons, ...fromFloods.of(backup)] : reasons
  }

  const noRule = `no rule keeps it (${rules.map((rule) => `${rule} ${policy[rule]}`).join(', ')})`
  const stays = new Set(kept.map(({ backup }) => backup))
  return series.map((one) => {
    const { backup } = one
    if (stays.has(backup)) return { backup, kept: true, reasons: whyKept(backup) }
    if (isTooOld(one, policy)) return { backup, kept: false, reasons: [tooOld(policy)] }
    const reasons = beyond.has(backup) ? beyond.of(backup) : [noRule]
    return { backup, kept: false, reasons }
  })
}

import {
  keepRules,
  limits,
  rulesSet,
  type RetentionPolicy,
} from '../../../core/retention/policy.js'
import { counted, showSize } from '../page/words.js'

/** What stays in a store, in one or two sentences. */
export function policyWords(policy: RetentionPolicy): string {
  const keeps = rulesSet(policy, keepRules).map((rule) => kept(rule, policy[rule] ?? 0))
  const limited = rulesSet(policy, limits).map((limit) => over(limit, policy[limit] ?? 0))
  if (keeps.length === 0 && limited.length === 0) return 'Keeps everything.'
  const first = keeps.length === 0 ? 'Keeps everything but' : `Keeps ${keeps.join(', ')}.`
  if (limited.length === 0) return first
  return keeps.length === 0
    ? `${first} ${limited.join(', and ')}.`
    : `${first} Of these it removes ${limited.join(', and ')}.`
}

function kept(rule: (typeof keepRules)[number], count: number): string {
  if (rule === 'last') return `the newest ${count}`
  if (rule === 'withinDays') return `all of the last ${counted(count, 'day')}`
  return `one for each of the last ${counted(count, periods[rule])}`
}

const periods = { daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' } as const

function over(limit: (typeof limits)[number], count: number): string {
  if (limit === 'atMost') return `the oldest, where there are more than ${count}`
  if (limit === 'olderThanDays') return `what is older than ${counted(count, 'day')}`
  return `the oldest, where all together take more than ${showSize(count)}`
}

/**
 * Which backups stay, as data: `retention` in octavo.config.json. A rule that is left out, or 0, is not
 * set; a policy in which none is set prunes nothing.
 *
 * The keep rules are a union: what any of them keeps stays, and where one is set, only that. Of what
 * stays, the limits take away whatever breaks any of them. What no policy takes away is in `laws.ts`.
 * Every rule counts each database, label and format by itself. Days of an age have 24 hours.
 */
export interface RetentionPolicy {
  /** Keeps the newest ones. */
  readonly last?: number | undefined
  /** Keeps what is not older. */
  readonly withinDays?: number | undefined
  /** Keeps the newest of each of the last days that have a backup; so do the next three. */
  readonly daily?: number | undefined
  /** Weeks are those of ISO 8601: from Monday on. */
  readonly weekly?: number | undefined
  readonly monthly?: number | undefined
  readonly yearly?: number | undefined
  /** In which days begin: a name of the IANA database; `UTC` where it is left out. */
  readonly timeZone?: string | undefined
  /** A limit: more than so many go, the oldest first. Pinned ones do not count. */
  readonly atMost?: number | undefined
  /** A limit: what is older goes. */
  readonly olderThanDays?: number | undefined
  /** A limit: what is too much for so many bytes goes, the oldest first. Pinned ones take their bytes. */
  readonly totalBytes?: number | undefined
}

export const keepRules = ['last', 'withinDays', 'daily', 'weekly', 'monthly', 'yearly'] as const
export const limits = ['atMost', 'olderThanDays', 'totalBytes'] as const

export type RuleName = (typeof keepRules | typeof limits)[number]

/** The rules of a list that are set, in its order. */
export function rulesSet<N extends RuleName>(policy: RetentionPolicy, names: readonly N[]): N[] {
  return names.filter((name) => (policy[name] ?? 0) > 0)
}

/** What is wrong in a policy, in words that go behind the name of the member. */
export interface PolicyMistake {
  readonly member: RuleName | 'timeZone'
  readonly problem: string
  /** Completes "it should be …". */
  readonly expected: string
}

/** Every mistake in the values of a policy. */
export function policyMistakes(policy: RetentionPolicy): PolicyMistake[] {
  const mistakes: PolicyMistake[] = [...keepRules, ...limits]
    .filter((member) => !isCount(policy[member] ?? 0))
    .map((member) => ({
      member,
      problem: `is ${policy[member]}`,
      expected: 'a whole number from 0 up',
    }))
  const { timeZone = 'UTC' } = policy
  if (!isTimeZone(timeZone))
    mistakes.push({
      member: 'timeZone',
      problem: `is "${timeZone}", which is not known here`,
      expected: 'the name of a time zone such as Europe/Zurich',
    })
  return mistakes
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Whether this Node knows a time zone by that name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

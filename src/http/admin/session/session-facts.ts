import type { Person } from '../../../core/people.js'

const minuteMs = 60_000
/** Without a request for so long a session is over. */
export const idleMs = 60 * minuteMs
/** And so long after the login, whatever came since. */
export const longestMs = 12 * 60 * minuteMs
/** So often at most it is noted that somebody is still there. */
const noteMs = minuteMs

/** What a session knows. Instants are milliseconds since 1970. */
export interface SessionFacts extends Partial<Pick<Person, 'kind' | 'name' | 'stamp'>> {
  begunAt?: number
  seenAt?: number
  /** It was read from where sessions are kept; else it is new. */
  isKept?: boolean
  /** What the last form has done, for the next page. */
  told?: string | undefined
}

declare module 'fastify' {
  interface Session extends SessionFacts {
    readonly octavo?: never
  }
}

/** One that nobody has logged in to is over as well: there is nothing in it. */
export function isOver({ begunAt, seenAt }: SessionFacts, now: Date): boolean {
  if (begunAt === undefined || seenAt === undefined) return true
  const at = now.getTime()
  return at - begunAt >= longestMs || at - seenAt >= idleMs || begunAt > at + minuteMs
}

export function isToBeNoted({ seenAt = 0 }: SessionFacts, now: Date): boolean {
  return now.getTime() - seenAt >= noteMs
}

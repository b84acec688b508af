import type { FastifyRequest } from 'fastify'
import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import { addressGroup } from './address-group.js'

/** After this long without a wrong key an address begins anew. */
const rememberMs = 60_000
/** So many wrong keys of one address are answered at once. */
const freeAttempts = 5
const firstDelayMs = 500
/** Far below `rememberMs`: a record is never forgotten while an answer waits. */
const longestDelayMs = 8_000
/** Beyond, further addresses share one record until the oldest is forgotten. */
const mostAddresses = 1_000
const mostWaiting = 50
const mostWaitingOfOne = 5

interface Attempts {
  wrong: number
  /** Passwords that are being checked. */
  checking: number
  lastAt: number
  waiting: number
}

export interface WrongKeysOptions {
  readonly clock: Clock
  /**
   * Whether answers wait. Behind an app that passes requests on with a thread each, a waiting answer
   * holds one of its threads: there they are refused at once.
   */
  readonly wait: boolean
}

/**
 * Makes answers to repeated wrong keys wait, per address, or refuses them. Whoever has a right key is
 * never asked here, and changes nothing here: it would be an attacker's way to begin anew. What is kept
 * is bounded.
 */
export class WrongKeys {
  readonly #clock: Clock
  readonly #wait: boolean
  /** The one that was touched longest ago comes first. */
  readonly #known = new Map<string, Attempts>()
  readonly #others: Attempts = { wrong: 0, lastAt: 0, waiting: 0, checking: 0 }
  readonly #waiting = new Set<AbortController>()
  #stopped = false

  constructor({ clock, wait }: WrongKeysOptions) {
    this.#clock = clock
    this.#wait = wait
  }

  /**
   * Counts a wrong key, and resolves when it may be answered. `too-many-wrong-keys`: as many answers
   * wait as may, or none may wait.
   */
  async count({ ip, socket, log }: FastifyRequest): Promise<void> {
    const attempts = this.#attemptsOf(addressGroup(ip))
    attempts.wrong += 1
    const delayMs = delayFor(attempts.wrong)
    if (delayMs === 0 || this.#stopped) return
    if (delayMs === firstDelayMs)
      log.warn(`wrong keys of this address are ${this.#wait ? 'answered slowly' : 'refused'} now`)
    const isFull = attempts.waiting >= mostWaitingOfOne || this.#waiting.size >= mostWaiting
    if (!this.#wait || isFull) throw tooMany()
    const wait = new AbortController()
    const leave = (): void => wait.abort()
    socket.once('close', leave)
    this.#waiting.add(wait)
    attempts.waiting += 1
    try {
      await this.#clock.sleep(delayMs, wait.signal)
    } catch (error) {
      // Nobody waits any more, or the service is told to end: the answer goes out at once.
      if (!wait.signal.aborted) throw error
    } finally {
      attempts.waiting -= 1
      this.#waiting.delete(wait)
      socket.off('close', leave)
    }
  }

  /**
   * Checks a password. People choose those, so they can be guessed, and a right guess would not wait: an
   * address that has guessed wrong has few tries on their way. `too-many-wrong-keys`.
   */
  async whileChecking<T>({ ip }: FastifyRequest, check: () => Promise<T>): Promise<T> {
    const attempts = this.#known.get(addressGroup(ip))
    if (!attempts) return await check()
    if (!this.#mayTry(attempts)) throw tooMany()
    attempts.checking += 1
    try {
      return await check()
    } finally {
      attempts.checking -= 1
    }
  }

  #mayTry({ wrong, lastAt, waiting, checking }: Attempts): boolean {
    const age = this.#clock.now().getTime() - lastAt
    const delayMs = age >= rememberMs ? 0 : delayFor(wrong + 1)
    if (delayMs === 0) return true
    return this.#wait ? waiting + checking < mostWaitingOfOne : checking === 0 && age >= delayMs
  }

  /** Lets the answers go that wait, and lets none wait from now on. */
  stop(): void {
    this.#stopped = true
    for (const wait of this.#waiting) wait.abort()
  }

  #attemptsOf(group: string): Attempts {
    const now = this.#clock.now().getTime()
    const attempts = this.#known.get(group) ?? this.#newRecord(now)
    if (now - attempts.lastAt >= rememberMs) attempts.wrong = 0
    attempts.lastAt = now
    if (attempts === this.#others) return attempts
    this.#known.delete(group)
    this.#known.set(group, attempts)
    return attempts
  }

  #newRecord(now: number): Attempts {
    const [oldest] = this.#known
    if (oldest && now - oldest[1].lastAt >= rememberMs) this.#known.delete(oldest[0])
    if (this.#known.size >= mostAddresses) return this.#others
    return { wrong: 0, lastAt: now, waiting: 0, checking: 0 }
  }
}

/** Twice as long for every further one, up to a bound. */
function delayFor(wrong: number): number {
  if (wrong <= freeAttempts) return 0
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (wrong - freeAttempts - 1))
}

function tooMany(): OctavoError {
  return new OctavoError('too-many-wrong-keys', 'too many wrong keys come from this address', {
    details: { retryAfterSeconds: rememberMs / 1000 },
  })
}

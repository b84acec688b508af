import type { Clock } from '../core/clock.js'
import type { CronTimes } from '../core/cron.js'
import { messageOf } from '../core/message-of.js'

/** A schedule, as the scheduler sees it. */
export interface TimedSchedule {
  readonly name: string
  readonly times: CronTimes
}

export interface SchedulerParts {
  readonly schedules: readonly TimedSchedule[]
  readonly clock: Clock
  /**
   * Runs what is due, and says nothing of how that ended: it tells whoever has to know itself. `due` is
   * null at the start: what was missed while nobody was there.
   */
  readonly run: (name: string, due: Date | null) => Promise<void>
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Node's timers hold 24.8 days; and a machine that slept finds its clock elsewhere. */
const longestSleepMs = 60 * 60 * 1000

/**
 * Starts what is due at its times, until the signal is aborted. What is due while the run before is
 * still under way is left out: two at once only hinder each other. Resolves when the last run ended.
 */
export async function runSchedules(parts: SchedulerParts): Promise<void> {
  await Promise.all(parts.schedules.map((schedule) => follow(schedule, parts)))
}

async function follow({ name, times }: TimedSchedule, parts: SchedulerParts): Promise<void> {
  const { clock, log, signal } = parts
  const announced = (): Date | null => {
    const due = times.next(clock.now())
    log(`schedule ${name}: the next run is ${due === null ? 'never' : `at ${due.toISOString()}`}`)
    return due
  }
  announced()
  await runSafely(name, null, parts)
  for (let due = times.next(clock.now()); due !== null; due = announced()) {
    if (!(await sleepUntil(due, clock, signal))) return
    await runSafely(name, due, parts)
    if (signal.aborted) return
  }
}

async function runSafely(
  name: string,
  due: Date | null,
  { run, log, signal }: SchedulerParts,
): Promise<void> {
  try {
    if (!signal.aborted) await run(name, due)
  } catch (error) {
    log(`schedule ${name}: the run could not be started: ${messageOf(error)}`)
  }
}

/** False where the signal was aborted before. */
async function sleepUntil(due: Date, clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    for (;;) {
      const left = due.getTime() - clock.now().getTime()
      if (left <= 0) return true
      await clock.sleep(Math.min(left, longestSleepMs), signal)
    }
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

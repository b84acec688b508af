import type { CronTimes } from '../cron.js'

export const hourMs = 60 * 60 * 1000

/** A daily schedule, on days with a change of clocks too. */
const isDaily = (periodMs: number): boolean => periodMs >= 23 * hourMs && periodMs <= 25 * hourMs

/**
 * How old the newest backup may be: 25 hours for a daily schedule, else its period and 3 hours;
 * `maxAgeHours` overrides. Null where none is expected.
 */
export function ageLimitMs(
  periodMs: number | null,
  maxAgeHours: number | undefined,
): number | null {
  if (maxAgeHours !== undefined) return maxAgeHours * hourMs
  if (periodMs === null) return null
  return periodMs + (isDaily(periodMs) ? 1 : 3) * hourMs
}

/**
 * The time between runs about now: the longer of what lies before the last run and behind it, so that a
 * schedule of working days is not late on a Sunday, nor on Monday while it runs. Of several schedules the
 * shortest; null where there is none.
 */
export function periodMs(schedules: readonly CronTimes[], now: Date): number | null {
  const periods = schedules.flatMap((times) => {
    const last = times.last(now)
    const next = times.next(now)
    const before = last && times.last(new Date(last.getTime() - 1000))
    const gaps = [gap(before, last), gap(last, next)].filter((ms) => ms !== null)
    return gaps.length > 0 ? [Math.max(...gaps)] : []
  })
  return periods.length > 0 ? Math.min(...periods) : null
}

function gap(from: Date | null, to: Date | null): number | null {
  return from && to ? to.getTime() - from.getTime() : null
}

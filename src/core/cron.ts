import { Cron } from 'croner'
import { OctavoError } from './errors.js'

/** When something happens again and again. */
export interface CronTimes {
  /** The first instant after `after`; null where there is none. */
  next(after: Date): Date | null
  /** The last instant before `before`, or at it; null where there is none. */
  last(before: Date): Date | null
}

/** Words that people know for the usual times. */
const words: Readonly<Record<string, string>> = {
  hourly: '0 * * * *',
  daily: '0 0 * * *',
  weekly: '0 0 * * 0',
  monthly: '0 0 1 * *',
}

/** The five fields that a word stands for; whatever else it is, as it is. */
export function cronFields(pattern: string): string {
  return words[pattern.trim().replace(/^@/, '').toLowerCase()] ?? pattern
}

/**
 * Reads the five fields of crontab(5), or `hourly`, `daily`, `weekly`, `monthly`. Times are those of the
 * clocks in `timeZone`: one that a change of clocks leaves out happens right after it, one that comes
 * twice happens once. Throws `config-invalid`.
 */
export function cronTimes(pattern: string, timeZone: string): CronTimes {
  const cron = parse(cronFields(pattern), timeZone)
  return {
    next: (after) => cron.nextRun(after),
    last: (before) => {
      // Runs are whole seconds; what is asked for may be one of them.
      const [found] = cron.previousRuns(1, new Date(before.getTime() + 1000))
      return found && found <= before ? found : (cron.previousRuns(1, before)[0] ?? null)
    },
  }
}

function parse(pattern: string, timeZone: string): Cron {
  if (pattern.trim().split(/\s+/).length !== 5) throw wrong(pattern, 'it has not five fields')
  try {
    const cron = new Cron(pattern.trim(), { timezone: timeZone, paused: true, mode: '5-part' })
    if (cron.nextRun(new Date(0)) === null) throw wrong(pattern, 'it never happens')
    return cron
  } catch (cause) {
    if (cause instanceof OctavoError) throw cause
    throw wrong(pattern, 'it is not understood', cause)
  }
}

function wrong(pattern: string, why: string, cause?: unknown): OctavoError {
  return new OctavoError('config-invalid', `the schedule "${pattern}" can't be used: ${why}`, {
    cause,
    hint: 'Give minute, hour, day, month and day of the week, such as "0 2 * * *", or `daily`; `off` for none.',
  })
}

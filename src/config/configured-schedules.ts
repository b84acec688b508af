import type { WantedFormat } from '../core/export-formats.js'
import { cronTimes, type CronTimes } from '../core/cron.js'
import { OctavoError } from '../core/errors.js'
import type { Settings } from './config-schema.js'
import type { ScheduleEntry } from './schedule-settings.js'

export interface ConfiguredSchedule {
  readonly name: string
  /** As it was set. */
  readonly cron: string
  readonly timeZone: string
  readonly times: CronTimes
  /** Names; empty: every configured one. */
  readonly databases: readonly string[]
  readonly format: WantedFormat
}

/** The schedule of SCHEDULE. */
export const usualName = 'default'

/** The schedules by their names, SCHEDULE first. Those that are `off` are left out. */
export function configuredSchedules(settings: Settings): ConfiguredSchedule[] {
  const { schedule, schedules, timeZone, backupFormat = 'json' } = settings
  const entries = new Map<string, ScheduleEntry>()
  if (schedule !== undefined || schedules === undefined)
    entries.set(usualName, { cron: schedule ?? 'daily' })
  for (const [name, entry] of schedules ?? []) entries.set(name, entry)
  return [...entries]
    .filter(([, { cron }]) => cron.toLowerCase() !== 'off')
    .map(([name, { cron, timeZone: own = timeZone, databases = [], format = backupFormat }]) => ({
      name,
      cron,
      timeZone: own,
      times: cronTimes(cron, own),
      databases,
      format,
    }))
}

/** The schedule of that name, or the only one there is. */
export function chooseSchedule(settings: Settings, name: string | undefined): ConfiguredSchedule {
  const all = configuredSchedules(settings)
  const [first, ...others] = name === undefined ? all : all.filter((one) => one.name === name)
  if (first && others.length === 0) return first
  const known = all.map((one) => one.name).join(', ')
  throw new OctavoError(
    'not-found',
    name === undefined ? 'no schedule is named' : `there is no schedule "${name}"`,
    { hint: known === '' ? 'Set SCHEDULE.' : `There is: ${known}.` },
  )
}

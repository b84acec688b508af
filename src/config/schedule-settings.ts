import { z } from 'zod'
import { wantedFormats } from '../core/export-formats.js'
import { cronTimes } from '../core/cron.js'
import { OctavoError } from '../core/errors.js'
import { isTimeZone } from '../core/retention/policy.js'
import { namedMap, settingMeta, text, variableName } from './setting-types.js'

const cron = text.superRefine((value, context) => {
  if (value.toLowerCase() === 'off') return
  try {
    cronTimes(value, 'UTC')
  } catch (error) {
    if (!(error instanceof OctavoError)) throw error
    context.addIssue({ code: 'custom', message: `is wrong: ${error.message}` })
  }
})

const timeZone = text.refine(isTimeZone, 'is not known here')

/** When backups are made without being asked for. */
export const scheduleSettings = {
  schedule: cron.optional().register(settingMeta, {
    group: 'schedules',
    description:
      'When the service backs up every database by itself: the five fields of cron, `hourly`, `daily`, `weekly` or `monthly`; `off` for never.',
    expects: 'five fields such as "0 2 * * *", a word, or off',
    defaultShown: '`daily`, at 00:00, where the file has no `schedules`',
    example: '0 2 * * *',
  }),
  timeZone: timeZone.default('UTC').register(settingMeta, {
    group: 'schedules',
    description: 'Whose clocks schedules go by.',
    expects: 'the name of a time zone',
    example: 'Europe/Zurich',
  }),
  scheduleStore: text.optional().register(settingMeta, {
    group: 'schedules',
    description:
      'The store in which several machines agree who runs a schedule. Processes of one machine agree without it.',
    expects: 'the name of a store that all of them use',
    example: 's3',
  }),
}

const scheduleEntry = z.strictObject({
  cron,
  timeZone: timeZone.optional(),
  databases: z.array(text).min(1).optional(),
  format: z.enum(wantedFormats).optional(),
  pingUrlEnv: variableName.optional(),
})

export type ScheduleEntry = z.output<typeof scheduleEntry>

/** Keys that only the file can hold. */
export const scheduleKeys = { schedules: namedMap(scheduleEntry).optional() }

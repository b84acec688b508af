import { configuredSchedules } from '../config/configured-schedules.js'
import type { PlannedSchedule } from '../http/admin/admin-desk.js'
import type { ProcessContext } from './process-context.js'

/** When backups are made by themselves, and when next. */
export function plannedSchedules(context: ProcessContext, now: Date): PlannedSchedule[] {
  return configuredSchedules(context.config().settings).map(({ times, ...schedule }) => ({
    ...schedule,
    nextAt: times.next(now)?.toISOString() ?? null,
  }))
}

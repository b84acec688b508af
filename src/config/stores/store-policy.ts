import type { RetentionPolicy } from '../../core/retention/policy.js'
import type { ConfigMistake } from '../config-mistakes.js'
import type { Settings } from '../config-schema.js'

/** Enough for a month of days and a year of months, where nothing was said. */
export const usualPolicy: RetentionPolicy = { last: 8, daily: 30, monthly: 12 }

/** Of the stores that say nothing of their own. */
export function storePolicy(settings: Settings, mistakes: ConfigMistake[]): RetentionPolicy {
  const { retention, retentionDays, backupRetentionDays, maxBackups } = settings
  if (retentionDays !== undefined && backupRetentionDays !== undefined)
    mistakes.push({
      setting: 'BACKUP_RETENTION_DAYS',
      source: '',
      problem: 'says the same as RETENTION_DAYS',
      expected: 'left out',
    })
  const olderThanDays = retentionDays ?? backupRetentionDays
  const limits = {
    ...(olderThanDays !== undefined && { olderThanDays }),
    ...(maxBackups !== undefined && { atMost: maxBackups }),
  }
  if (retention !== undefined) return { ...retention, ...limits }
  return Object.keys(limits).length > 0 ? limits : usualPolicy
}

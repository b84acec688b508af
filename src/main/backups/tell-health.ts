import { describeHealth, type BackupHealth } from '../../core/backups/describe-health.js'
import { healthNews } from '../../core/backups/health-news.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import type { Finding } from '../../core/backups/notifier.js'
import type { KnownBackups } from '../../core/backups/known-backups.js'
import { historiesOf } from '../../core/backups/run-history.js'
import { isSummaryDue, weeklySummary } from '../../core/backups/weekly-summary.js'
import { messageOf } from '../../core/message-of.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { nameDisabled } from './name-disabled.js'
import { readAlarmState, writeAlarmState, type AlarmState } from './alarm-state.js'
import { homeOf } from './home.js'
import { knownDatabases } from './known-databases.js'
import type { NoticeSender } from './send-notices.js'

export interface Telling {
  /** All of the catalog, newest first. */
  readonly records: readonly BackupRecord[]
  readonly sender: NoticeSender
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
  /** Of a scheduled run that went well: its backups. */
  readonly made?: readonly BackupRecord[]
}

/**
 * Checks all backups, and tells what is news: each finding once, its end once, and a summary with the
 * first scheduled run of a week that goes well. What no channel took is told the next time.
 */
export async function tellHealth(context: ProcessContext, telling: Telling): Promise<BackupHealth> {
  const { settings } = context.config()
  const now = systemClock.now()
  const known = await knownDatabases(context, historiesOf(telling.records, now), now)
  const found = describeHealth(known, settings, now)
  const { signal } = telling
  const health = { ...found, findings: await nameDisabled(context, found.findings, signal) }
  const before = await readAlarmState(homeOf(context))
  const told = await tellFindings(health, before.told, telling)
  const summaryAt = await tellSummary(context, { known, before, now, ...telling })
  const after = { told, summaryAt }
  if (JSON.stringify(after) === JSON.stringify(before)) return health
  try {
    await writeAlarmState(homeOf(context), after)
  } catch (error) {
    telling.tell(`WARNING: what was told can't be kept, and is told again: ${messageOf(error)}`)
  }
  return health
}

async function tellFindings(
  { findings }: BackupHealth,
  told: AlarmState['told'],
  telling: Telling,
): Promise<AlarmState['told']> {
  const { sender } = telling
  const news = healthNews(told, findings)
  const { recovery } = news
  const unhealthy = news.unhealthy.filter((finding) => !wasToldByRun(finding, telling))
  const isTold =
    unhealthy.length === 0 ||
    (sender.isWanted('unhealthy') &&
      (await sender.send({ kind: 'unhealthy', findings: unhealthy })))
  const isOver =
    recovery.length === 0 || (await sender.send({ kind: 'recovery', findings: recovery }))
  const left = isTold ? news.told : news.told.filter((finding) => !unhealthy.includes(finding))
  return isOver ? left : [...left, ...recovery]
}

/** A run that fails says so itself, unless it died. */
function wasToldByRun({ check, backup }: Finding, { records, sender }: Telling): boolean {
  const run = records.find(({ id }) => id === backup)
  return (
    check === 'failed' &&
    run?.error?.code !== 'aborted' &&
    sender.isWanted('unhealthy') &&
    sender.isToldWith('unhealthy', 'failure')
  )
}

interface Summing extends Telling {
  readonly known: readonly KnownBackups[]
  readonly before: AlarmState
  readonly now: Date
}

/** The instant that is to be remembered. */
async function tellSummary(
  context: ProcessContext,
  { known, before, now, records, sender, made }: Summing,
): Promise<string | null> {
  if (made === undefined) return before.summaryAt
  const ids = new Set(made.map(({ id }) => id))
  const earlier = records.find(
    ({ id, status, startedBy }) =>
      !ids.has(id) && status === 'success' && startedBy.startsWith('schedule '),
  )
  const lastAt = before.summaryAt ?? earlier?.startedAt ?? null
  const { timeZone } = context.config().settings
  if (!isSummaryDue(lastAt === null ? null : new Date(lastAt), now, timeZone))
    return before.summaryAt
  const isSent = await sender.send({ kind: 'summary', summary: weeklySummary(known, now) })
  return isSent ? now.toISOString() : before.summaryAt
}

import type { FastifyBaseLogger } from 'fastify'
import { archiveOverdueMs } from '../core/backups/check-archive.js'
import type { Clock } from '../core/clock.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import type { ArchivedState } from './archived-state.js'

const dayMs = 24 * 60 * 60 * 1000

export interface WatchOptions {
  readonly state: ArchivedState
  readonly databases: readonly ChosenDatabase[]
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** A day, unless a test can't wait. */
  readonly everyMs?: number
}

/** Whether the archive has stopped. What was never archived is not overdue: nobody set it up. */
export function isOverdue(state: ArchivedState, database: string, now: Date): boolean {
  const archived = state.of(database)
  return archived !== null && now.getTime() - Date.parse(archived.at) > archiveOverdueMs
}

/** Says at the start and once a day which databases have not been archived for too long. */
export function watchArchive(options: WatchOptions): void {
  const { signal, everyMs = dayMs } = options
  warnOfOverdue(options)
  const timer = setInterval(() => warnOfOverdue(options), everyMs).unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

function warnOfOverdue({ state, databases, clock, log }: WatchOptions): void {
  for (const { name } of databases)
    if (isOverdue(state, name, clock.now()))
      log.warn(
        { database: name, archived: state.of(name) },
        `the last archived backup of "${name}" is of ${state.of(name)?.at}: see why the archive stopped`,
      )
}

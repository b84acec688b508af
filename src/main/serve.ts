import { once } from 'node:events'
import { chooseDatabase } from '../config/choose-database.js'
import { configInvalid } from '../config/config-mistakes.js'
import { listeningPlace } from '../config/listening-place.js'
import { messageOf } from '../core/message-of.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import { openAdminDesk } from './admin-desk.js'
import { backupDesk } from './backups/backup-desk.js'
import { recallBackups } from './backups/recall-backups.js'
import { readHealth } from './backups/read-health.js'
import { openService } from './open-service.js'
import { serviceAccess } from './service-access.js'
import type { ProcessContext } from './process-context.js'
import { requireContent } from './require-content.js'
import { followSchedules } from './scheduled-backups.js'

export interface ServeOptions {
  readonly signal: AbortSignal
  /** A unix socket to listen on, whatever is configured. */
  readonly socket?: string
  readonly onListening?: () => void
}

/**
 * Serves until the signal is aborted; then running exports get a moment to end. A database that is
 * missing or empty is an error at the start, and nothing is made in its place.
 */
export async function serve(
  context: ProcessContext,
  { signal, socket, onListening }: ServeOptions,
): Promise<void> {
  const { settings, warnings } = context.config()
  const databases = servedDatabases(context)
  if (settings.backupApiKey.length === 0)
    throw configInvalid([
      {
        setting: 'BACKUP_API_KEY',
        source: '',
        problem: 'is missing',
        expected: 'a key of 32 characters; make one with: openssl rand -hex 32',
      },
    ])
  for (const database of databases) await requireContent(database, signal)
  for (const warning of warnings) context.terminal.err.write(`warning: ${warning}\n`)
  const place = socket === undefined ? listeningPlace(context.config()) : { socket }
  const service = await openService(context, {
    databases,
    keys: settings.backupApiKey,
    place,
    besideApp: 'socket' in place || settings.octavoPort !== undefined,
    sample: false,
    readHealth: () => readHealth(context),
    access: serviceAccess(context),
    admin: await openAdminDesk(context),
    desk: backupDesk(context),
    log: { level: settings.logLevel ?? 'info' },
  })
  onListening?.()
  const schedules = followBackups(context, signal)
  if (!signal.aborted) await once(signal, 'abort')
  await service.close()
  await schedules
}

/** What can't be recalled now is at the next run, and keeps no schedule from being followed. */
async function followBackups(context: ProcessContext, signal: AbortSignal): Promise<void> {
  try {
    await recallBackups(context, signal)
  } catch (error) {
    context.terminal.err.write(`warning: kept backups are not listed yet: ${messageOf(error)}\n`)
  }
  await followSchedules(context, signal)
}

/** The default database first, then the other configured ones. */
function servedDatabases(context: ProcessContext): ChosenDatabase[] {
  const config = context.config()
  const first = chooseDatabase(config)
  const others = config.databases.filter(({ name }) => name !== first.name)
  return [first, ...others.map(({ name }) => chooseDatabase(config, name))]
}

import type { BackupRecord } from '../../core/backups/catalog.js'
import { messageOf } from '../../core/message-of.js'
import type { BackupRoom } from '../../jobs/backup/backup-types.js'
import type { ProcessContext } from '../process-context.js'
import type { NoticeSender } from './send-notices.js'
import { tellHealth } from './tell-health.js'

export interface EndedRun {
  readonly room: BackupRoom
  readonly sender: NoticeSender
  readonly signal: AbortSignal
  /** The backups of a scheduled run that went well; undefined where it failed. */
  readonly made: readonly BackupRecord[] | undefined
}

/** The check behind a scheduled run. Whatever becomes of it, it changes nothing of how the run ended. */
export async function checkAfterRun(
  context: ProcessContext,
  { room, sender, signal, made }: EndedRun,
): Promise<void> {
  const { tell, catalog } = room
  try {
    const records = await catalog.list()
    const parts = { records, sender, signal, tell, ...(made && { made }) }
    const { findings } = await tellHealth(context, parts)
    for (const { database, check, message } of findings)
      tell(`WARNING: check of ${database}: ${message} (${check})`)
  } catch (error) {
    tell(`WARNING: the backups could not be checked: ${messageOf(error)}`)
  }
}

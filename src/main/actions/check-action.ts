import type { Listeners } from '../../cli/actions.js'
import type { CheckRequest } from '../../cli/backup-actions.js'
import type { BackupHealth } from '../../core/backups/describe-health.js'
import { withBackupRoom } from '../backups/backup-room.js'
import { noticeSender } from '../backups/send-notices.js'
import { tellHealth } from '../backups/tell-health.js'
import type { ProcessContext } from '../process-context.js'

export async function checkAction(
  context: ProcessContext,
  { tell }: CheckRequest,
  { signal }: Listeners,
): Promise<BackupHealth> {
  return withBackupRoom(context, { signal, tell, readOnly: true }, async ({ catalog }) => {
    const sender = await noticeSender(context, { signal, tell })
    return tellHealth(context, { records: await catalog.list(), sender, signal, tell })
  })
}

import type { BackUpRequest } from '../../cli/backup-actions.js'
import type { Settings } from '../../config/config-schema.js'
import { usualPolicy } from '../../config/stores/store-policy.js'
import { labelledTemplate, templatesOf } from '../../core/backups/archive-names.js'
import type { DatabaseAddress } from '../../core/database-address.js'
import type { ExportFormat, WantedFormat } from '../../core/export-formats.js'
import type { BackupRoom, KeptStore } from '../../jobs/backup/backup-types.js'

type Asked = Pick<BackUpRequest, 'format' | 'asOfOld' | 'dbType' | 'retentionDays'>

export function wantedFormat(
  { format, asOfOld }: Asked,
  settings: Settings,
  { engine }: DatabaseAddress,
): WantedFormat {
  const usual = asOfOld ? (engine === 'sqlite' ? 'sqlite' : 'sql') : 'json'
  return format ?? settings.backupFormat ?? usual
}

/** The room with what a command says in place of the settings. */
export function roomForRun(
  room: BackupRoom,
  { dbType, retentionDays, asOfOld }: Asked,
  { settings, format }: { readonly settings: Settings; readonly format: ExportFormat },
): BackupRoom {
  const labelled = dbType !== null && settings.backupName === undefined
  const isPlain = asOfOld && format === 'sqlite' && settings.backupGzip === undefined
  return {
    ...room,
    ...(labelled && { templates: templatesOf(labelledTemplate) }),
    ...(isPlain && { gzip: false }),
    ...(retentionDays !== null && {
      stores: room.stores.map((store) => withLimit(store, retentionDays)),
    }),
  }
}

/** As RETENTION_DAYS does: where no policy was chosen, the limit is the only rule. */
function withLimit({ store, policy }: KeptStore, olderThanDays: number): KeptStore {
  return { store, policy: { ...(policy === usualPolicy ? {} : policy), olderThanDays } }
}

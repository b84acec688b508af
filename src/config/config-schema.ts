import { z } from 'zod'
import { alarmSettings } from './alarm-settings.js'
import { databaseKeys, databaseSettings } from './database-settings.js'
import { serviceSettings } from './service-settings.js'
import { archiveSettings } from './archive-settings.js'
import { encryptionSettings } from './encryption-settings.js'
import { backupSettings } from './backup-settings.js'
import { scheduleKeys, scheduleSettings } from './schedule-settings.js'
import { storeKeys } from './store-settings.js'
import { azureSettings } from './stores/azure-settings.js'
import { gcsSettings } from './stores/gcs-settings.js'
import { syncKeys, syncSettings } from './sync-settings.js'
import { s3Settings } from './stores/s3-settings.js'

/** Every setting that has a name in the environment, by its key in octavo.config.json. */
export const settingsShape = {
  ...databaseSettings,
  ...syncSettings,
  ...serviceSettings,
  ...backupSettings,
  ...s3Settings,
  ...gcsSettings,
  ...azureSettings,
  ...scheduleSettings,
  ...alarmSettings,
  ...encryptionSettings,
  ...archiveSettings,
}

/** Everything that can be configured. Keys that it does not know are mistakes. */
export const configSchema = z.strictObject({
  ...settingsShape,
  ...databaseKeys,
  ...syncKeys,
  ...storeKeys,
  ...scheduleKeys,
})

export type Settings = z.output<typeof configSchema>

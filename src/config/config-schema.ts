import { z } from 'zod'
import { databaseKeys, databaseSettings } from './database-settings.js'
import { serviceSettings } from './service-settings.js'
import { encryptionSettings } from './encryption-settings.js'
import { archiveSettings } from './archive-settings.js'

/** Every setting that has a name in the environment, by its key in octavo.config.json. */
export const settingsShape = {
  ...databaseSettings,
  ...serviceSettings,
  ...encryptionSettings,
  ...archiveSettings,
}

/** Everything that can be configured. Keys that it does not know are mistakes. */
export const configSchema = z.strictObject({ ...settingsShape, ...databaseKeys })

export type Settings = z.output<typeof configSchema>

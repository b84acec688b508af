import { z } from 'zod'
import { retentionSchema } from './retention-settings.js'
import { namedMap, text } from './setting-types.js'
import { azureEntry } from './stores/azure-settings.js'
import { gcsEntry } from './stores/gcs-settings.js'
import { gitHubBranchEntry, gitHubReleaseEntry } from './stores/github-settings.js'
import { s3Entry } from './stores/s3-settings.js'

const diskEntry = z.strictObject({
  type: z.literal('disk'),
  path: text,
  retention: retentionSchema.optional(),
})

const storeEntry = z.discriminatedUnion('type', [
  diskEntry,
  s3Entry,
  gcsEntry,
  azureEntry,
  gitHubBranchEntry,
  gitHubReleaseEntry,
])

export type StoreEntry = z.output<typeof storeEntry>

/** That of one type. */
export type EntryOf<T extends StoreEntry['type']> = Extract<StoreEntry, { type: T }>

/** Keys that only the file can hold. */
export const storeKeys = {
  stores: namedMap(storeEntry).optional(),
  retention: retentionSchema.optional(),
}

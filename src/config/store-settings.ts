import { z } from 'zod'
import { retentionSchema } from './retention-settings.js'
import { namedMap, text, webAddress } from './setting-types.js'

/** The name of a variable of the environment that holds a secret. */
const variable = text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)

const diskEntry = z.strictObject({
  type: z.literal('disk'),
  path: text,
  retention: retentionSchema.optional(),
})

const s3Entry = z.strictObject({
  type: z.literal('s3'),
  bucket: text,
  region: text.optional(),
  endpoint: webAddress.optional(),
  prefix: text.optional(),
  forcePathStyle: z.boolean().optional(),
  accessKeyIdEnv: variable.optional(),
  secretAccessKeyEnv: variable.optional(),
  sessionTokenEnv: variable.optional(),
  retention: retentionSchema.optional(),
})

const storeEntry = z.discriminatedUnion('type', [diskEntry, s3Entry])

export type StoreEntry = z.output<typeof storeEntry>

/** Keys that only the file can hold. */
export const storeKeys = {
  stores: namedMap(storeEntry).optional(),
  retention: retentionSchema.optional(),
}

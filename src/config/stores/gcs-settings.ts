import { z } from 'zod'
import { retentionSchema } from '../retention-settings.js'
import { settingMeta, text, variableName, webAddress } from '../setting-types.js'

/** An entry of `stores` in the file. */
export const gcsEntry = z.strictObject({
  type: z.literal('gcs'),
  bucket: text,
  prefix: text.optional(),
  endpoint: webAddress.optional(),
  credentialsFile: text.optional(),
  credentialsEnv: variableName.optional(),
  retention: retentionSchema.optional(),
})

/** The store `gcs`, and the usual credentials of all stores on Google Cloud. */
export const gcsSettings = {
  gcsBucket: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'A bucket of Google Cloud Storage: the store `gcs`.',
    expects: 'the name of a bucket',
    example: 'lab-backups',
  }),
  gcsPrefix: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'What the names of all backups in that bucket begin with.',
    expects: 'a path without a slash in front',
    example: 'lab',
  }),
  gcsEndpoint: webAddress.optional().register(settingMeta, {
    group: 'backups',
    description: 'The address of the service, where it is not the usual one of Google.',
    expects: 'an address that begins with https://',
    example: 'https://storage.me-central2.rep.googleapis.com',
  }),
  googleApplicationCredentials: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'The file that holds the credentials for stores on Google Cloud.',
    expects: 'a path to the JSON of a key of a service account, or of other credentials of Google',
    example: '/etc/secrets/octavo-backups.json',
  }),
  gcsCredentials: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'What that file holds, where there are no files. It goes before the file.',
    expects: 'the JSON of a key of a service account, or of other credentials of Google',
    example: 'the whole of the file, from { to }',
    secret: true,
  }),
}

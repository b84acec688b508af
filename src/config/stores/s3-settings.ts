import { z } from 'zod'
import { retentionSchema } from '../retention-settings.js'
import { settingMeta, text, variableName, webAddress } from '../setting-types.js'

/** An entry of `stores` in the file. */
export const s3Entry = z.strictObject({
  type: z.literal('s3'),
  bucket: text,
  region: text.optional(),
  endpoint: webAddress.optional(),
  prefix: text.optional(),
  forcePathStyle: z.boolean().optional(),
  accessKeyIdEnv: variableName.optional(),
  secretAccessKeyEnv: variableName.optional(),
  sessionTokenEnv: variableName.optional(),
  retention: retentionSchema.optional(),
})

/** The store `s3`, and the usual key of all S3 stores. */
export const s3Settings = {
  s3Bucket: text.optional().register(settingMeta, {
    group: 'backups',
    description:
      'A bucket of AWS or of a service that speaks its language (R2, B2, MinIO, Ceph): the store `s3`.',
    expects: 'the name of a bucket',
    example: 'lab-backups',
  }),
  s3Region: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'The region of that bucket.',
    expects: 'the name of a region',
    defaultShown: '`us-east-1`',
    example: 'eu-central-1',
  }),
  s3Endpoint: text
    .regex(/^https?:\/\/\S+$/i)
    .optional()
    .register(settingMeta, {
      group: 'backups',
      description: 'The address of the service, where it is not AWS.',
      expects: 'an address that begins with https://',
      example: 'https://ACCOUNT.r2.cloudflarestorage.com',
    }),
  s3Prefix: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'What the names of all backups in that bucket begin with.',
    expects: 'a path without a slash in front',
    example: 'lab',
  }),
  awsAccessKeyId: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'The id of the key for S3 stores.',
    expects: 'the id of an access key',
    example: 'AKIAIOSFODNN7EXAMPLE',
    secret: true,
  }),
  awsSecretAccessKey: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'The secret of that key.',
    expects: 'the secret of an access key',
    example: 'from the console of the service',
    secret: true,
  }),
  awsSessionToken: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'The token of a temporary key.',
    expects: 'a session token',
    example: 'from the security token service',
    secret: true,
  }),
}

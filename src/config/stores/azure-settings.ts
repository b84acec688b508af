import { z } from 'zod'
import { retentionSchema } from '../retention-settings.js'
import { settingMeta, text, variableName, webAddress } from '../setting-types.js'

/** An entry of `stores` in the file. */
export const azureEntry = z.strictObject({
  type: z.literal('azure'),
  container: text,
  prefix: text.optional(),
  endpoint: webAddress.optional(),
  account: text.optional(),
  connectionStringEnv: variableName.optional(),
  accountKeyEnv: variableName.optional(),
  sasTokenEnv: variableName.optional(),
  retention: retentionSchema.optional(),
})

/** The store `azure`, and the usual credentials of all stores on Azure. */
export const azureSettings = {
  azureStorageContainer: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'A container of Azure Blob Storage: the store `azure`.',
    expects: 'the name of a container',
    example: 'lab-backups',
  }),
  azureStoragePrefix: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'What the names of all backups in that container begin with.',
    expects: 'a path without a slash in front',
    example: 'lab',
  }),
  azureStorageEndpoint: webAddress.optional().register(settingMeta, {
    group: 'backups',
    description: 'The address of the blob service, where it is not the usual one of the account.',
    expects: 'an address that begins with https://',
    example: 'https://lab.blob.core.usgovcloudapi.net',
  }),
  azureStorageConnectionString: text.optional().register(settingMeta, {
    group: 'backups',
    description:
      'The connection string for stores on Azure. It says the account and its key, or a shared access signature.',
    expects: 'a connection string of a storage account',
    example: 'from Access keys of the storage account',
    secret: true,
  }),
  azureStorageAccount: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'The storage account, where no connection string says it.',
    expects: 'the name of a storage account',
    example: 'lab',
  }),
  azureStorageKey: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'A key of that account.',
    expects: 'an access key, in base64',
    example: 'from Access keys of the storage account',
    secret: true,
  }),
  azureStorageSasToken: text.optional().register(settingMeta, {
    group: 'backups',
    description: 'A shared access signature in place of the key, so that it may do less.',
    expects: 'a shared access signature',
    example: 'from Shared access tokens of the container',
    secret: true,
  }),
}

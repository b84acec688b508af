import t from 'tap'
import { azureStore } from '../../src/stores/azure-store.js'
import type { AzureStoreOptions } from '../../src/stores/azure/azure-options.js'
import { account, accountKey, noAzurite, startAzurite } from '../support/azurite/azurite.js'
import { azureLab, mebibyte } from '../support/stores/azure-lab.js'
import { quickClock } from '../support/stores/quick-clock.js'
import { azureFaults } from './azure-faults.js'
import { serviceBackup } from './service-backup.js'
import { storeContract } from './store-contract.js'

const options: AzureStoreOptions = {
  name: 'offsite',
  account: 'lab',
  access: { key: 'c2VjcmV0' },
  container: 'backups',
  clock: quickClock,
}

t.test('it says where it is, and whether it goes with the machine', async (t) => {
  const shown = (more: Partial<AzureStoreOptions>) => azureStore({ ...options, ...more })
  const far = 'Azure backups/ at lab.blob.core.windows.net'
  t.match(shown({}), { name: 'offsite', shown: far, local: false })
  const near = { endpoint: 'http://127.0.0.1:10000/lab', prefix: '/app/prod/' }
  t.match(shown(near), { shown: 'Azure backups/app/prod/ at 127.0.0.1:10000', local: true })
  const open = () => shown({ endpoint: 'https://me:secret@example.org' })
  t.throws(open, { code: 'config-invalid', message: /^the endpoint of the store offsite is no/ })
  await shown({}).close()
})

if (noAzurite) t.test('a real Azurite', { skip: noAzurite }, async () => undefined)
else await withAzurite()

async function withAzurite(): Promise<void> {
  const port = await startAzurite(t)
  const lab = await azureLab(port)

  storeContract(t, 'Azure', {
    open: async (t, place = lab.newPlace()) => {
      const store = lab.store(String(place))
      t.teardown(() => store.close())
      return { store, place }
    },
    // Blocks that were never committed can't be removed, and show in no listing: see the faults.
    leftovers: async () => [],
    sizes: [-1, 0, 1].map((by) => 4 * mebibyte + by),
    largeBytes: 5 * mebibyte,
    many: 65,
  })
  azureFaults(t, port, lab)
  const place = lab.newPlace()
  serviceBackup(t, {
    store: 'azure',
    shown: 'Azure',
    env: {
      AZURE_STORAGE_CONTAINER: lab.container.containerName,
      AZURE_STORAGE_PREFIX: place,
      AZURE_STORAGE_CONNECTION_STRING: `AccountName=${account};AccountKey=${accountKey};BlobEndpoint=${lab.endpoint()}`,
    },
    secret: accountKey,
    kept: () => lab.names(place),
  })
}

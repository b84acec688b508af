import t from 'tap'
import { gcsStore } from '../../src/stores/gcs-store.js'
import type { GcsStoreOptions } from '../../src/stores/gcs/gcs-options.js'
import { gcsDouble } from '../support/gcs-double/gcs-double.js'
import { chunkBytes, gcsLab, mebibyte } from '../support/stores/gcs-lab.js'
import { quickClock } from '../support/stores/quick-clock.js'
import { gcsFaults } from './gcs-faults.js'
import { serviceBackup } from './service-backup.js'
import { storeContract } from './store-contract.js'

const options: GcsStoreOptions = {
  name: 'offsite',
  bucket: 'lab-backups',
  credentials: { type: 'service_account' },
  clock: quickClock,
}

t.test('it says where it is, and whether it goes with the machine', async (t) => {
  const shown = (more: Partial<GcsStoreOptions>) => gcsStore({ ...options, ...more })
  t.match(shown({}), { name: 'offsite', shown: 'Google lab-backups/', local: false })
  const near = { endpoint: 'http://127.0.0.1:4443', prefix: '/app/prod/' }
  t.match(shown(near), { shown: 'Google lab-backups/app/prod/ at 127.0.0.1:4443', local: true })
  const open = () => shown({ endpoint: 'https://me:secret@example.org' })
  t.throws(open, { code: 'config-invalid', message: /^the endpoint of the store offsite is no/ })
  await shown({}).close()
})

const double = await gcsDouble(t)
const lab = gcsLab(double)

storeContract(t, 'Google', {
  open: async (t, place = lab.newPlace()) => {
    const store = lab.store(String(place))
    t.teardown(() => store.close())
    return { store, place }
  },
  leftovers: async (place) => lab.begun(String(place)),
  sizes: [-1, 0, 1].map((by) => chunkBytes + by),
  largeBytes: 5 * mebibyte,
  many: 65,
})
gcsFaults(t, double, lab)

const place = lab.newPlace()
serviceBackup(t, {
  store: 'gcs',
  shown: 'Google',
  env: {
    GCS_BUCKET: double.bucket.name,
    GCS_PREFIX: place,
    GCS_ENDPOINT: `http://127.0.0.1:${double.port}`,
    GCS_CREDENTIALS: JSON.stringify(double.keys.account),
  },
  secret: 'PRIVATE KEY',
  kept: async () => lab.names(place),
})

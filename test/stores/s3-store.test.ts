import t from 'tap'
import { s3Store } from '../../src/stores/s3-store.js'
import type { S3StoreOptions } from '../../src/stores/s3/s3-options.js'
import { readSource } from '../house/read-source.js'
import { sourceFiles } from '../house/source-files.js'
import { noGateway, startGateway } from '../support/ceph/gateway.js'
import { mebibyte, s3Lab } from '../support/stores/s3-lab.js'
import { s3Backup } from './s3-backup.js'
import { s3Faults } from './s3-faults.js'
import { storeContract } from './store-contract.js'

const options: S3StoreOptions = {
  name: 'offsite',
  region: 'eu-central-1',
  bucket: 'backups',
  accessKeyId: 'key',
  secretAccessKey: 'secret',
  clock: { now: () => new Date(), sleep: () => Promise.resolve() },
}

t.test('it says where it is, and whether it goes with the machine', async (t) => {
  const shown = (more: Partial<S3StoreOptions>) => s3Store({ ...options, ...more })
  t.match(shown({}), { name: 'offsite', shown: 'S3 backups/ in eu-central-1', local: false })
  const far = { endpoint: 'https://account.example.org', prefix: '/app/prod' }
  t.match(shown(far), { shown: 'S3 backups/app/prod/ at account.example.org', local: false })
  for (const host of ['localhost:9000', '127.0.0.1', '[::1]:9000'])
    t.match(shown({ endpoint: `http://${host}` }), { shown: `S3 backups/ at ${host}`, local: true })
  const store = shown({})
  await store.close()
})

t.test('an endpoint that is no address, or holds credentials, is refused', async (t) => {
  for (const endpoint of [
    'example.org',
    'ftp://example.org',
    'https://me:secret@example.org',
    '',
  ]) {
    const open = () => s3Store({ ...options, endpoint })
    t.throws(open, { code: 'config-invalid', message: /^the endpoint of the store offsite is no/ })
  }
})

t.test('no SDK is loaded by a store that is not used', async (t) => {
  const files = [...sourceFiles('src/stores')].map(
    ([path, text]) => [path, readSource(path, text)] as const,
  )
  for (const sdk of ['@aws-sdk/client-s3', '@azure/storage-blob', '@google-cloud/storage']) {
    const some = files.some(([, { imports }]) => imports.includes(sdk))
    t.ok(some, `${sdk} is imported`)
    for (const [path, { loads }] of files) t.notOk(loads.includes(sdk), `${path}: ${sdk}`)
  }
})

if (noGateway) t.test('a real gateway', { skip: noGateway }, async () => undefined)
else await withGateway()

async function withGateway(): Promise<void> {
  const gateway = await startGateway(t)
  const lab = await s3Lab(gateway)

  storeContract(t, 'S3', {
    open: async (t, place = lab.newPlace()) => {
      const store = lab.store(String(place))
      t.teardown(() => store.close())
      return { store, place }
    },
    leftovers: async (place) => await lab.uploads(String(place)),
    sizes: [5, 10].flatMap((limit) => [-1, 0, 1].map((by) => limit * mebibyte + by)),
    largeBytes: 6 * mebibyte,
    many: 65,
  })
  s3Faults(t, gateway, lab)
  s3Backup(t, gateway, lab)
}

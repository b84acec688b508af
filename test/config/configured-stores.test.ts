import { generateKeyPairSync } from 'node:crypto'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import t, { type Test } from 'tap'
import { configuredStores, type ConfiguredStore } from '../../src/config/configured-stores.js'
import { readConfig } from '../../src/config/read-config.js'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const googleKey = {
  type: 'service_account',
  client_email: 'octavo@lab.iam.gserviceaccount.com',
  private_key: privateKey,
}
const written = JSON.stringify(googleKey)
const azureKey = Buffer.from('SECRET-azure').toString('base64')
const signature = 'sv=2024-11-04&sp=rcwdl&sig=SECRET%3D'

/** The stores of an environment and of `stores` in the file. */
function stores(t: Test, environment: Record<string, string>, entries?: object): ConfiguredStore[] {
  const files = entries && { 'octavo.config.json': JSON.stringify({ stores: entries }) }
  const folder = t.testdir({ ...files, 'key.json': written })
  return configuredStores(readConfig(environment, folder))
}

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}

t.test('variables make stores on Google Cloud and on Azure', async (t) => {
  const gcs = { kind: 'gcs', name: 'gcs', bucket: 'lab', prefix: '', endpoint: undefined }
  const credentials = googleKey
  t.match(stores(t, { GCS_BUCKET: 'lab', GCS_CREDENTIALS: written }), [{ ...gcs, credentials }])
  const file = { GCS_BUCKET: 'lab', GCS_PREFIX: 'a/b', GOOGLE_APPLICATION_CREDENTIALS: 'key.json' }
  t.match(stores(t, file), [{ ...gcs, prefix: 'a/b', credentials }])

  const container = { AZURE_STORAGE_CONTAINER: 'lab', AZURE_STORAGE_PREFIX: 'a' }
  const azure = { kind: 'azure', name: 'azure', container: 'lab', prefix: 'a', account: 'acc' }
  const whole = `DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=${azureKey};EndpointSuffix=core.windows.net`
  const usual = 'https://acc.blob.core.windows.net'
  t.match(stores(t, { ...container, AZURE_STORAGE_CONNECTION_STRING: whole }), [
    { ...azure, endpoint: usual, access: { key: azureKey } },
  ])
  const signed = `BlobEndpoint=https://host/acc;SharedAccessSignature=${signature}`
  t.match(stores(t, { ...container, AZURE_STORAGE_CONNECTION_STRING: signed }), [
    { ...azure, account: '', endpoint: 'https://host/acc', access: { signature } },
  ])
  const account = { ...container, AZURE_STORAGE_ACCOUNT: 'acc' }
  t.match(stores(t, { ...account, AZURE_STORAGE_KEY: azureKey }), [
    { ...azure, endpoint: undefined, access: { key: azureKey } },
  ])
  t.match(stores(t, { ...account, AZURE_STORAGE_SAS_TOKEN: signature }), [
    { ...azure, endpoint: undefined, access: { signature } },
  ])
})

t.test('stores in the file name the variables and files of their own', async (t) => {
  const environment = {
    G: written,
    A: azureKey,
    S: signature,
    C: `AccountName=c;AccountKey=${azureKey}`,
  }
  const found = stores(t, environment, {
    one: { type: 'gcs', bucket: 'b', credentialsEnv: 'G' },
    two: { type: 'gcs', bucket: 'b', credentialsFile: 'key.json', prefix: 'p' },
    three: { type: 'azure', container: 'c', account: 'acc', accountKeyEnv: 'A' },
    four: { type: 'azure', container: 'c', account: 'acc', sasTokenEnv: 'S' },
    five: { type: 'azure', container: 'c', connectionStringEnv: 'C' },
  })
  t.match(found, [
    { name: 'one', credentials: googleKey },
    { name: 'two', credentials: googleKey, prefix: 'p' },
    { name: 'three', account: 'acc', access: { key: azureKey } },
    { name: 'four', account: 'acc', access: { signature } },
    { name: 'five', account: 'c', access: { key: azureKey } },
  ])
})

t.test('what is missing or damaged is named, and no secret is', async (t) => {
  const gcs = (text: string) => ({ GCS_BUCKET: 'lab', GCS_CREDENTIALS: text })
  const azure = (more: object) => ({ AZURE_STORAGE_CONTAINER: 'lab', ...more })
  const damaged = written.replace(/MII\w{20}/, 'SECRET')
  const wrong: [Record<string, string>, RegExp][] = [
    [
      { GCS_BUCKET: 'lab' },
      /GOOGLE_APPLICATION_CREDENTIALS is missing, which the store "gcs" needs/,
    ],
    [{ ...gcs('SECRET') }, /GCS_CREDENTIALS holds no JSON object/],
    [{ ...gcs('{"type":"SECRET"}') }, /GCS_CREDENTIALS holds no credentials of a known type/],
    [{ ...gcs('{"type":"service_account"}') }, /lacks client_email, private_key/],
    [{ ...gcs(damaged) }, /GCS_CREDENTIALS holds a private_key that is damaged/],
    [
      { GCS_BUCKET: 'lab', GOOGLE_APPLICATION_CREDENTIALS: 'nothing.json' },
      /GOOGLE_APPLICATION_CREDENTIALS can't be read: ENOENT/,
    ],
    [azure({}), /AZURE_STORAGE_CONNECTION_STRING is missing, which the store "azure" needs/],
    [azure({ AZURE_STORAGE_ACCOUNT: 'acc' }), /AZURE_STORAGE_KEY is missing/],
    [azure({ AZURE_STORAGE_KEY: azureKey }), /AZURE_STORAGE_CONNECTION_STRING is missing/],
    [
      azure({ AZURE_STORAGE_CONNECTION_STRING: 'SECRET' }),
      /AZURE_STORAGE_CONNECTION_STRING names no storage account[^]*neither a key nor/,
    ],
    [
      azure({ AZURE_STORAGE_ACCOUNT: 'acc', AZURE_STORAGE_KEY: 'SECRET key' }),
      /AZURE_STORAGE_KEY holds a key that is damaged/,
    ],
    [
      azure({ AZURE_STORAGE_ACCOUNT: 'acc', AZURE_STORAGE_SAS_TOKEN: 'SECRET' }),
      /AZURE_STORAGE_SAS_TOKEN holds neither a key nor/,
    ],
  ]
  for (const [environment, message] of wrong) {
    const said = refusal(() => stores(t, environment))
    t.match(said, message)
    t.notMatch(said, 'SECRET')
  }
  const entries = {
    a: { type: 'gcs', bucket: 'b', credentialsEnv: 'NONE_G' },
    b: { type: 'azure', container: 'c', account: 'acc', accountKeyEnv: 'NONE_A' },
    gcs: { type: 'disk', path: '/x' },
  }
  const said = refusal(() => stores(t, gcs(written), entries))
  t.match(said, /GCS_BUCKET makes a store "gcs", and [^]*NONE_G is missing[^]*NONE_A is missing/)
  t.match(said, /3 mistakes/, 'each is told of once')
})

t.test('stores on GitHub take what the archive is set up with, or their own', async (t) => {
  const environment = { ARCHIVE_REPOSITORY: 'lab/backups', GITHUB_TOKEN: 'SECRET', OWN: 'SECRET-2' }
  const usual = { branch: { type: 'github-branch' }, release: { type: 'github-release' } }
  const common = { repository: 'lab/backups', token: 'SECRET', apiUrl: undefined }
  t.match(stores(t, environment, usual), [
    { kind: 'github-branch', ...common, branch: undefined, prefix: undefined },
    { kind: 'github-release', ...common, tag: undefined, sealed: false, allowPublic: false },
  ])
  const apiUrl = 'https://git.example.org/api/v3'
  const own = { repository: 'lab/own', apiUrl, tokenEnv: 'OWN' }
  const recipient = await identityToRecipient(await generateIdentity())
  const more = { AGE_RECIPIENTS: recipient, ALLOW_PUBLIC_REPOSITORY: 'true' }
  const found = stores(
    t,
    { ...environment, ...more },
    {
      branch: { type: 'github-branch', ...own, branch: 'b', prefix: 'p/' },
      release: { type: 'github-release', ...own, tag: 'v-backups' },
    },
  )
  const theirs = { repository: 'lab/own', token: 'SECRET-2', apiUrl }
  t.match(found, [
    { ...theirs, branch: 'b', prefix: 'p/', sealed: true, allowPublic: true },
    { ...theirs, tag: 'v-backups', sealed: true, allowPublic: true },
  ])
  const said = refusal(() => stores(t, {}, usual))
  t.match(said, /repository is missing, which the store "branch" needs[^]*GITHUB_TOKEN is missing/)
  for (const wrong of [{ repository: 'lab' }, { tag: 'a..b' }, { branch: 'b' }]) {
    const entries = { release: { type: 'github-release', ...own, ...wrong } }
    t.match(
      refusal(() => stores(t, environment, entries)),
      /stores/,
    )
  }
})

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scratchServer } from '../../src/config/scratch-server.js'
import { chooseByType } from '../../src/config/choose-by-type.js'
import { chooseDatabase } from '../../src/config/choose-database.js'
import { settingsShape } from '../../src/config/config-schema.js'
import { configurationPage } from '../../src/config/configuration-page.js'
import { metaOf } from '../../src/config/config-mistakes.js'
import { openingOf, sealingOf } from '../../src/config/encryption-keys.js'
import { readConfig } from '../../src/config/read-config.js'
import { environmentName } from '../../src/config/setting-types.js'
import { spoolFolder } from '../../src/config/spool-folder.js'
import { OctavoError } from '../../src/core/errors.js'

const key = 'k'.repeat(40)

function mistakesOf(environment: Record<string, string>, folder: string): OctavoError {
  try {
    readConfig(environment, folder)
  } catch (error) {
    if (error instanceof OctavoError) return error
    throw error
  }
  throw new Error('the configuration was taken')
}

t.test('nothing is set: every setting has its documented default', async (t) => {
  const { settings, databases } = readConfig({}, t.testdir())
  t.match(settings, {
    port: 8000,
    databaseName: 'database',
    backupKeep: 8,
    exportConcurrency: 2,
    archiveBranch: 'database-backups',
    backupApiKey: [],
    trustProxy: false,
    allowPublicRepository: false,
  })
  t.same(databases, [])
  t.throws(() => chooseDatabase(readConfig({}, t.testdir())), { code: 'database-unnamed' })
})

t.test('the environment wins over .env, which wins over the file', async (t) => {
  const folder = t.testdir({
    '.env': 'PORT=2\nHOST=from-env-file\nUNRELATED=x',
    'octavo.config.json': JSON.stringify({ port: 3, host: 'from-file', logLevel: 'warn' }),
  })
  const { settings } = readConfig({ PORT: '1', LOG_LEVEL: '' }, folder)
  t.match(settings, { port: 1, host: 'from-env-file', logLevel: 'warn' })
  t.equal(process.env['UNRELATED'], undefined)
})

t.test('a folder named .env, as of a Python environment, holds no settings', (t) => {
  const folder = t.testdir({
    '.env': { bin: {} },
    'octavo.config.json': JSON.stringify({ port: 3 }),
  })
  t.equal(readConfig({}, folder).settings.port, 3)
  t.end()
})

t.test('values are read in all the forms in which they may be written', async (t) => {
  const read = (environment: Record<string, string>) =>
    readConfig(environment, t.testdir()).settings
  t.same(read({ EXCLUDE_ROWS: ' a.B , c.D,' }).excludeRows, ['a.B', 'c.D'])
  t.same(read({ BACKUP_API_KEY: `${key},${key}2` }).backupApiKey, [key, `${key}2`])
  t.equal(read({ TRUST_PROXY: 'True' }).trustProxy, true)
  t.throws(() => read({ TRUST_PROXY: '1' }), { message: /TRUST_PROXY \(environment\) holds/ })
  t.throws(() => read({ TRUST_PROXY: '10.0.0.0/33' }), { code: 'config-invalid' })
  t.same(read({ TRUST_PROXY: '10.0.0.1, 10.1.0.0/16' }).trustProxy, ['10.0.0.1', '10.1.0.0/16'])
  t.equal(read({ ALLOW_PUBLIC_REPOSITORY: 'On' }).allowPublicRepository, true)
  t.equal(read({ ROUTE_PREFIX: 'schedule/' }).routePrefix, '/schedule')
  t.equal(read({ ROUTE_PREFIX: '/schedule' }).routePrefix, '/schedule')
})

t.test('every mistake is named at once, with what is right, and no secret', async (t) => {
  const folder = t.testdir({
    '.env': 'BACKUP_KEEP=many',
    'octavo.config.json': JSON.stringify({
      backupApiKey: 'a-secret-in-the-file',
      githubToken: 'another-secret',
      PORT: 1,
      exportConcurency: 2,
      host: 5,
      models: { table: 5 },
      databases: { lab: { url: 5, modles: {} }, ['__proto__']: {} },
    }),
  })
  const error = mistakesOf(
    {
      PORT: '70000',
      LOG_LEVEL: 'loud',
      BACKUP_API_KEY: 'short-secret,another-good-key-of-thirty-two',
      ROUTE_PREFIX: '/a b',
      BACKUP_URL: 'ftp://x',
      ARCHIVE_REPOSITORY: 'no-owner',
      ARCHIVE_BRANCH: '../x',
    },
    folder,
  )
  t.equal(error.code, 'config-invalid')
  for (const line of [
    'PORT (environment) is "70000"; it should be a whole number from 0 to 65535',
    'LOG_LEVEL (environment) is "loud"; it should be fatal, error,',
    'BACKUP_API_KEY (environment) key 1 has 12 characters',
    'ROUTE_PREFIX (environment) is "/a b"',
    'BACKUP_URL (environment) is "ftp://x"',
    'ARCHIVE_REPOSITORY (environment) is "no-owner"; it should be OWNER/NAME',
    'ARCHIVE_BRANCH (environment) is "../x"',
    'BACKUP_KEEP (.env) is "many"',
    'host (octavo.config.json) is 5',
    'exportConcurency (octavo.config.json) is not a key of this file',
    'PORT (octavo.config.json) is not a key of this file; it should be written as "port"',
    'backupApiKey (octavo.config.json) is a secret',
    'githubToken (octavo.config.json) is a secret',
    'models.table (octavo.config.json) is not a string',
    'databases.lab.url (octavo.config.json) is not a string',
    'databases.lab (octavo.config.json) has the unknown key "modles"',
  ])
    t.ok(error.message.includes(line), line)
  t.notMatch(
    JSON.stringify([error.message, error.details, error.hint]),
    /secret-in|short-secret|another-/,
  )
  t.equal(error.message.split('\n').length, 17)
})

t.test('a database without an address is named, even one called __proto__', async (t) => {
  const file = '{"databases": {"__proto__": {}, "lab": {"label": "dev"}}}'
  const { message } = mistakesOf({}, t.testdir({ 'octavo.config.json': file }))
  t.match(message, 'databases.__proto__.url (octavo.config.json) is missing')
  t.match(message, 'databases.lab.url (octavo.config.json) is missing')
})

t.test('a file that is not JSON is refused without quoting it', async (t) => {
  for (const text of [
    '{"databases": {"a": {"url": "postgres://u:Secret@h"}}',
    '[1]',
    '{a: Secret}',
  ]) {
    const { message } = mistakesOf({}, t.testdir({ 'octavo.config.json': text }))
    t.match(message, /octavo.config.json (is not JSON|holds no object)/)
    t.notMatch(message, 'Secret')
  }
})

t.test('the key may stand in a file, and not in two places', async (t) => {
  const folder = t.testdir({ key: `${key}\n`, empty: '\n', short: 'short' })
  t.same(readConfig({ BACKUP_API_KEY_FILE: 'key' }, folder).settings.backupApiKey, [key])
  t.match(mistakesOf({ BACKUP_API_KEY_FILE: 'none' }, folder).message, 'can not be read: ENOENT')
  t.match(mistakesOf({ BACKUP_API_KEY_FILE: 'empty' }, folder).message, 'names an empty file')
  t.match(mistakesOf({ BACKUP_API_KEY_FILE: 'short' }, folder).message, 'has 5 characters')
  t.match(
    mistakesOf({ BACKUP_API_KEY_FILE: 'key', BACKUP_API_KEY: key }, folder).message,
    'is given beside BACKUP_API_KEY',
  )
})

t.test('a key between 16 and 31 characters is taken with a warning', async (t) => {
  t.match(readConfig({ BACKUP_API_KEY: 'k'.repeat(16) }, t.testdir()).warnings, [/under 32/])
  t.match(mistakesOf({ BACKUP_API_KEY: 'k'.repeat(15) }, t.testdir()).code, 'config-invalid')
  t.match(mistakesOf({ BACKUP_API_KEY: `${key} x` }, t.testdir()).message, 'bearer token')
  t.same(readConfig({ BACKUP_API_KEY: key }, t.testdir()).warnings, [])
})

const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'
const identity = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX'

t.test('what encrypts and what decrypts are told apart', async (t) => {
  const read = (environment: Record<string, string>) => {
    const { settings } = readConfig(environment, t.testdir())
    return { sealing: sealingOf(settings), opening: openingOf(settings) }
  }
  t.same(read({}), { sealing: null, opening: null })
  t.same(read({ AGE_RECIPIENTS: ` ${recipient}, ${recipient}` }), {
    sealing: { recipients: [recipient] },
    opening: null,
  })
  const passphrase = 'a passphrase of many words'
  t.same(read({ AGE_PASSPHRASE: passphrase }), { sealing: { passphrase }, opening: { passphrase } })
  t.same(read({ AGE_IDENTITY: identity }), { sealing: null, opening: { identities: [identity] } })
  t.same(read({ AGE_IDENTITY: identity, AGE_PASSPHRASE: passphrase }).opening, {
    identities: [identity],
    passphrase,
  })
})

t.test(
  'identities stand in a file as age-keygen writes it, or whole in the variable',
  async (t) => {
    const file = `# created: 2026-11-22T00:17:00Z\n# public key: ${recipient}\n${identity}\n`
    const folder = t.testdir({ file, two: `${file}\n${file}`, recipient, empty: '# nothing\n' })
    const read = (environment: Record<string, string>) =>
      readConfig(environment, folder).settings.ageIdentity
    t.same(read({ AGE_IDENTITY_FILE: 'file' }), [identity])
    t.same(read({ AGE_IDENTITY_FILE: 'two' }), [identity, identity])
    t.same(read({ AGE_IDENTITY: file }), [identity])
    const wrong = {
      none: /AGE_IDENTITY_FILE can not be read: ENOENT; it should be a file that `octavo keygen`/,
      empty: /AGE_IDENTITY_FILE holds no identity/,
      recipient: /AGE_IDENTITY_FILE identity 1 is a recipient, which only encrypts/,
    }
    for (const [AGE_IDENTITY_FILE, message] of Object.entries(wrong))
      t.match(mistakesOf({ AGE_IDENTITY_FILE }, folder).message, message)
    t.match(
      mistakesOf({ AGE_IDENTITY_FILE: 'file', AGE_IDENTITY: identity }, folder).message,
      'AGE_IDENTITY_FILE is given beside AGE_IDENTITY',
    )
    writeFileSync(join(folder, 'sealed'), 'age-encryption.org/v1\n-> scrypt abc 18\n')
    t.match(
      mistakesOf({ AGE_IDENTITY_FILE: 'sealed' }, folder).message,
      'decrypt it first with `age',
    )
  },
)

t.test('mistakes of encryption are named without a secret', async (t) => {
  const mistyped = `${recipient.slice(0, -1)}q`
  const error = mistakesOf(
    { AGE_RECIPIENTS: `${mistyped},${identity}`, AGE_IDENTITY: `${identity},${identity}X` },
    t.testdir({ 'octavo.config.json': JSON.stringify({ agePassphrase: 'secret-words' }) }),
  )
  for (const line of [
    'AGE_RECIPIENTS (environment) recipient 1 is not one that `octavo keygen`',
    'AGE_RECIPIENTS (environment) recipient 2 is an identity, which is secret',
    'AGE_IDENTITY (environment) identity 2 is none of age',
    'agePassphrase (octavo.config.json) is a secret',
  ])
    t.ok(error.message.includes(line), line)
  t.notMatch(JSON.stringify([error.message, error.details]), /KEY-1GF|secret-words/)
  const both = { AGE_RECIPIENTS: recipient, AGE_PASSPHRASE: 'secret-words' }
  const { message } = mistakesOf(both, t.testdir())
  t.match(message, 'AGE_PASSPHRASE is given beside AGE_RECIPIENTS; it should be one of the two')
  t.notMatch(message, 'secret-words')
  t.match(readConfig({ AGE_PASSPHRASE: 'short' }, t.testdir()).warnings, [/AGE_PASSPHRASE .*under/])
})

t.test(
  'the default database takes its address from the environment and the rest from the file',
  async (t) => {
    const folder = t.testdir({
      'octavo.config.json': JSON.stringify({
        models: { a: 'app.A', b: 'app.B' },
        excludeRows: ['sessions.Session'],
        databases: {
          other: { url: 'other.sqlite3' },
          lab: { url: 'file.sqlite3', label: 'dev', models: { b: 'lab.B' }, excludeRows: ['x.Y'] },
        },
      }),
    })
    const config = readConfig(
      { DATABASE_URL: 'sqlite:///env.sqlite3', DATABASE_NAME: 'lab' },
      folder,
    )
    t.match(chooseDatabase(config), {
      name: 'lab',
      label: 'dev',
      address: { engine: 'sqlite', path: join(folder, 'env.sqlite3') },
      modelNames: [
        ['a', 'app.A'],
        ['b', 'lab.B'],
      ],
      excludeRows: ['sessions.Session', 'x.Y'],
    })
    t.match(chooseDatabase(config, 'other'), { label: '', excludeRows: ['sessions.Session'] })
  },
)

t.test('an address that leads to a configured database is that database', async (t) => {
  const folder = t.testdir({ data: { 'db.sqlite3': '' } })
  symlinkSync(join(folder, 'data'), join(folder, 'link'))
  const config = readConfig(
    { DATABASE_URL: 'data/db.sqlite3', DATABASE_LABEL: 'prod', DATABASE_NAME: 'lab' },
    folder,
  )
  for (const way of ['lab', 'data/../data/db.sqlite3', 'sqlite:///link/db.sqlite3'])
    t.match(chooseDatabase(config, way), { name: 'lab', label: 'prod' }, way)
  t.match(chooseDatabase(config, 'data/new.sqlite3'), { name: 'database', label: '' })
})

t.test('the file of DATABASE_URL_PROD is prod, whatever names it', async (t) => {
  const folder = t.testdir({ 'db.sqlite3': '' })
  mkdirSync(join(folder, 'sub'))
  symlinkSync('../db.sqlite3', join(folder, 'sub', 'link.sqlite3'))
  const environment = { DATABASE_URL_PROD: 'sqlite:///db.sqlite3' }
  const asDefault = readConfig(
    { ...environment, DATABASE_URL: 'sub/link.sqlite3', DATABASE_LABEL: 'dev' },
    folder,
  )
  t.match(chooseDatabase(asDefault), { name: 'database', label: 'prod' })
  t.match(chooseDatabase(asDefault, 'prod'), { name: 'database', label: 'prod' })
  const apart = readConfig({ ...environment, DATABASE_URL: 'dev.sqlite3' }, folder)
  t.match(chooseDatabase(apart), { label: 'dev' })
  t.match(chooseDatabase(apart, 'dev'), { name: 'database', label: 'dev' })
  t.throws(() => chooseDatabase(asDefault, 'dev'), { code: 'usage' }, 'production has no such word')
  t.match(chooseDatabase(apart, 'prod'), { name: 'prod', label: 'prod' })
  t.match(chooseDatabase(apart, './db.sqlite3'), { name: 'prod', label: 'prod' })
})

t.test('nothing is labelled dev that is not known to be it', async (t) => {
  const url = (host: string, user = 'app') => `postgresql://${user}:S3cr3t@${host}/app`
  const databases = {
    live: { url: url('live.example.org'), label: 'production' },
    other: { url: url('other.example.org') },
    staging: { url: url('staging.example.org'), label: 'staging' },
  }
  const folder = t.testdir({ 'octavo.config.json': JSON.stringify({ databases }) })
  const labelled = (prod: string | undefined, host: string) =>
    readConfig(
      { DATABASE_URL: url(host, 'admin'), ...(prod && { DATABASE_URL_PROD: url(prod) }) },
      folder,
    )
  const labels = (prod: string | undefined, host: string) =>
    labelled(prod, host).databases.map(({ label }) => label)
  const [live, staging] = ['production', 'staging']
  t.same(labels(undefined, 'db.example.org'), ['', live, '', staging])
  t.same(labels('db.example.org', 'DB.example.org:6543'), ['prod', live, '', staging])
  t.same(labels('db.example.org', 'test.example.org'), ['dev', live, '', staging])
  t.same(labels('db.example.org', 'live.example.org'), ['production', live, '', staging])
  t.same(labels('staging.example.org', 'test.example.org'), ['dev', live, '', 'prod'])
  t.match(chooseDatabase(labelled('db.example.org', 'test.example.org'), url('x.org')), {
    label: '',
  })
})

t.test('--db-type means one of two databases, and never calls production dev', async (t) => {
  const folder = t.testdir()
  const typed = (type: 'dev' | 'prod', environment: Record<string, string>) =>
    chooseByType(readConfig(environment, folder), type)
  const [dev, prod] = [{ DATABASE_URL: 'dev.db' }, { DATABASE_URL_PROD: 'prod.db' }]
  t.match(typed('dev', { ...dev, ...prod }), { database: { label: 'dev' }, warnings: [] })
  t.match(typed('prod', { ...dev, ...prod }), {
    database: { name: 'prod', label: 'prod', address: { path: join(folder, 'prod.db') } },
  })
  t.match(typed('dev', dev), {
    database: { label: 'dev' },
    warnings: [/not production: .* because --db-type says so; .*DATABASE_LABEL.*DATABASE_URL_PROD/],
  })
  t.throws(() => typed('prod', dev), {
    code: 'database-unnamed',
    message: /^DATABASE_URL_PROD not set in environment/,
  })
  t.match(typed('prod', { ...dev, DATABASE_LABEL: 'prod' }), { database: { name: 'database' } })
  for (const live of [{ DATABASE_LABEL: 'prod' }, { DATABASE_URL_PROD: './sub/../dev.db' }])
    t.throws(() => typed('dev', { ...dev, ...live }), {
      code: 'usage',
      message: /^--db-type dev means DATABASE_URL, and that is production: database is labelled/,
    })
})

t.test('one of several databases must be named', async (t) => {
  const databases = { a: { url: 'a.db' }, b: { url: 'b.db' } }
  const config = readConfig({}, t.testdir({ 'octavo.config.json': JSON.stringify({ databases }) }))
  t.throws(() => chooseDatabase(config), { code: 'database-unnamed', message: /a, b/ })
  const one = { databases: { a: { url: 'a.db' } } }
  const single = readConfig({}, t.testdir({ 'octavo.config.json': JSON.stringify(one) }))
  t.match(chooseDatabase(single), { name: 'a' })
})

t.test('a mistyped name is not taken for a file to be made', async (t) => {
  const folder = t.testdir({ plain: '' })
  const config = readConfig({ DATABASE_URL: 'x.db' }, folder)
  t.throws(() => chooseDatabase(config, 'databse'), { code: 'usage', hint: /database/ })
  t.match(chooseDatabase(config, 'plain'), { address: { path: join(folder, 'plain') } })
  t.match(chooseDatabase(config, './databse'), { address: { path: join(folder, 'databse') } })
})

t.test('a PostgreSQL database is chosen with its programs and its server for trials', async (t) => {
  const settings = { PG_DUMP: 'none', SCRATCH_DATABASE_URL: 'postgresql://t:S3cr3t@trials/x' }
  const config = readConfig({ DATABASE_URL: 'postgres://u:S3cr3t@h/d', ...settings }, t.testdir())
  t.strictSame(chooseDatabase(config), {
    name: 'database',
    label: '',
    address: {
      engine: 'postgresql',
      url: 'postgres://u:S3cr3t@h/d',
      shown: 'postgres://u:***@h/d',
    },
    modelNames: [],
    excludeRows: [],
    pgDump: 'none',
    scratch: {
      url: 'postgresql://t:S3cr3t@trials/x',
      shown: 'postgresql://t:***@trials/x',
      pgDump: 'none',
    },
  })
  const plain = readConfig({ DATABASE_URL: 'postgres://u@h/d' }, t.testdir())
  t.match(scratchServer(plain), { url: 'postgres://u@h/d' })
  t.equal(scratchServer(readConfig({ DATABASE_URL: 'x.db' }, t.testdir())), undefined)
  const file = { DATABASE_URL: 'postgres://u@h/d', SCRATCH_DATABASE_URL: 'x.db' }
  t.throws(() => readConfig(file, t.testdir()), {
    code: 'config-invalid',
    message: /SCRATCH_DATABASE_URL/,
  })
})

t.test(
  'the spool is private to a user and a folder, and never in the working folder',
  async (t) => {
    const a = readConfig({}, t.testdir())
    const b = readConfig({ SPOOL_DIR: 'data/spool' }, a.folder)
    t.match(spoolFolder(a, { TMPDIR: '/big' }), /^\/big\/octavo-\d+-[0-9a-f]{8}$/)
    t.match(spoolFolder(a, {}), /\/octavo-\d+-[0-9a-f]{8}$/)
    t.equal(spoolFolder(b, {}), join(a.folder, 'data/spool'))
    t.not(spoolFolder({ ...a, folder: '/other' }, {}), spoolFolder(a, {}))
  },
)

t.test('docs/configuration.md and .env.example say what the schema says', async (t) => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  t.equal(page, configurationPage(), 'run: npx tsx scripts/write-configuration-docs.ts')
  const example = /```json\n(.*?)```/s.exec(page)?.[1] ?? ''
  t.ok(readConfig({}, t.testdir({ 'octavo.config.json': example })).databases.length > 1)
  for (const key of Object.keys(settingsShape)) t.ok(metaOf(key), `${key} is described`)
  const folder = t.testdir()
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  writeFileSync(join(folder, '.env'), text.replaceAll(/^# (?=[A-Z_]+=)/gm, ''))
  t.ok(readConfig({}, folder))
  for (const [, name = ''] of text.matchAll(/^(?:# )?([A-Z_]+)=/gm))
    t.ok(
      Object.keys(settingsShape).some((key) => environmentName(key) === name),
      name,
    )
})

t.test('models are named as the project names them, or as the file says', async (t) => {
  const models = [
    { name: 'calendarEditor.Machine', table: 'calendarEditor_machine', fields: [] },
    { name: 'calendarEditor.QueueEntry', table: 'queue', fields: [] },
  ]
  const files = {
    'octavo.models.json': JSON.stringify({ octavo_models: 1, models }),
    'octavo.config.json': JSON.stringify({ models: { queue: 'Queue' } }),
    'other.json': '{"models":[]}',
    'cut.json': '{"models":[{"na',
  }
  const folder = t.testdir(files)
  const named = (more = {}) =>
    readConfig({ DATABASE_URL: 'x.db', ...more }, folder).databases[0]?.modelNames
  t.strictSame(named(), [
    ['calendarEditor_machine', 'calendarEditor.Machine'],
    ['queue', 'Queue'],
  ])
  t.strictSame(named({ DJANGO_MODELS: 'other.json' }), [['queue', 'Queue']])
  const wrong = [
    ['cut.json', /DJANGO_MODELS.*cut\.json.*is no models file/],
    ['missing.json', /DJANGO_MODELS.*missing\.json.*can not be read: ENOENT/],
  ] as const
  for (const [name, says] of wrong)
    t.match(mistakesOf({ DJANGO_MODELS: name }, folder).message, says)
})

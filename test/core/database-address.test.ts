import fc from 'fast-check'
import { linkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseDatabaseAddress, type DatabaseAddress } from '../../src/core/database-address.js'
import { fingerprintOf, samePlace } from '../../src/core/database-place.js'
import { maskSecret } from '../../src/core/mask-secret.js'
import { OctavoError } from '../../src/core/errors.js'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const marker = 'S3cr3t'
/** Any characters around a marker that stands nowhere else. */
const password = fc.tuple(fc.string({ unit: 'binary' }), fc.string()).map((p) => p.join(marker))

t.test('a password with any characters never shows, and the user and host do', async (t) => {
  fc.assert(
    fc.property(word, password, word, word, (user, secret, host, database) => {
      const shown = maskSecret(`postgres://${user}:${secret}@${host}/${database}`)
      return !shown.includes(marker) && shown.startsWith(`postgres://${user}:***`)
    }),
    { numRuns: 500 },
  )
  t.equal(maskSecret('postgres://u:a:b/c?d#e@f@host:5432/db'), 'postgres://u:***@host:5432/db')
})

t.test('a secret shows in no broken address either', async (t) => {
  const broken = [
    `postgres://user:${marker}`,
    `postgres://user:${marker}/x`,
    `postgres:/user:${marker}@host/db`,
    `postgres:user:${marker}@host/db`,
    `user:${marker}@host/db`,
    `//user:${marker}@host/db`,
    `mysql://user:${marker}@host`,
    `postgres://us@er:${marker}@host/db`,
    `postgres://:${marker}@host/db`,
    `host=h password='${marker} x' dbname=d`,
    `host=h password=${marker} dbname=d`,
    `postgres://host/db?sslmode=require&password=a@${marker}&x=1`,
    `postgres://u:1/pass=x${marker}@host/db`,
    `https://u:${marker}@host/path`,
  ]
  for (const address of broken) {
    t.notMatch(maskSecret(address), marker, address.replace(marker, '***'))
    try {
      t.notMatch(parseDatabaseAddress(address).shown, marker)
    } catch (error) {
      t.ok(error instanceof OctavoError && !error.message.includes(marker), String(error))
    }
  }
})

t.test('an address without a secret shows as it is', async (t) => {
  for (const address of [
    'postgres://localhost:5432/db',
    'postgres://host/db?sslmode=require',
    'postgres://user@host/db',
    'postgres://[::1]:5432/db',
    'data/db@home.sqlite3',
    'sqlite:////data/db.sqlite3',
  ])
    t.equal(maskSecret(address), address)
})

t.test('every documented form names its file', async (t) => {
  const paths: [string, string][] = [
    ['data/db.sqlite3', 'data/db.sqlite3'],
    ['a path with % and ?.db', 'a path with % and ?.db'],
    ['./odd:name.db', './odd:name.db'],
    ['sqlite:///data/db.sqlite3', 'data/db.sqlite3'],
    ['sqlite:////data/db.sqlite3', '/data/db.sqlite3'],
    ['SQLITE:///a%20b.db?timeout=20', 'a b.db'],
    ['sqlite:///100%.db', '100%.db'],
    ['file:data/db.sqlite3', 'data/db.sqlite3'],
    ['file:/data/db.sqlite3?mode=ro', '/data/db.sqlite3'],
    ['file:///data/db.sqlite3#part', '/data/db.sqlite3'],
    ['file://localhost/data/db.sqlite3', '/data/db.sqlite3'],
    ['file:%F0%9F%8E%B5.db', '🎵.db'],
  ]
  for (const [address, path] of paths)
    t.match(parseDatabaseAddress(address), { engine: 'sqlite', path }, address)
  for (const scheme of ['postgres', 'postgresql', 'PostgreSQL'])
    t.match(parseDatabaseAddress(`${scheme}://u:p@@h/d`), { engine: 'postgresql' })
})

t.test('any plain path is taken as it stands, and its encoded form means the same', async () => {
  const path = fc.stringMatching(/^\/[^/\0][^\0]*$/)
  fc.assert(
    fc.property(path, (path) => {
      const encoded = path.split('/').map(encodeURIComponent).join('/')
      return [path, `sqlite:///${encoded}`, `file:/${encoded.slice(1)}`]
        .map(parseDatabaseAddress)
        .every((address) => address.engine === 'sqlite' && address.path === path)
    }),
  )
})

t.test('what names no file is refused with the known forms as the hint', async (t) => {
  for (const address of [
    '',
    ':memory:',
    'file::memory:',
    'file:shared?mode=memory&cache=shared',
    'sqlite://',
    'sqlite:///',
    'sqlite://data.db',
    'file://server/share.db',
    'file:a%00b.db',
    'mysql://host/db',
    'host=h dbname=d',
  ])
    t.throws(() => parseDatabaseAddress(address), { code: 'usage', hint: /sqlite:\/\/\// }, address)
})

const place = (text: string): DatabaseAddress => parseDatabaseAddress(text)
const same = (a: string, b: string): boolean => samePlace(place(a), place(b))
const pooler = 'aws-0-us-west-2.pooler.supabase.com'

t.test('addresses that lead to one database are known as one', async (t) => {
  const usual = 'postgresql://app:one@db.example.org:5432/shop'
  for (const other of [
    'postgres://admin:two@DB.Example.org./shop?sslmode=require',
    'postgresql://app@db.example.org:6543/shop?pgbouncer=true',
    'postgresql://app@db.example.org:6432/shop',
    'postgresql://db.example.org/shop',
  ])
    t.ok(same(usual, other), other)
  const everywhere = ['0.0.0.0', '[::]', '127.1', '[::ffff:127.0.0.1]']
  const here = ['127.0.0.1', '[::1]', '', 'LOCALHOST:5432', '%2Frun%2Fpostgresql']
  for (const local of [...here, ...everywhere])
    t.ok(same('postgresql://u@localhost/shop', `postgresql://u@${local}/shop`), local)
  t.ok(same('postgresql://u@localhost/shop', 'postgresql:///shop?host=/var/run/postgresql'))
  const project = `postgresql://postgres.abcdef:one@${pooler}:6543/postgres`
  for (const other of [
    `postgresql://postgres.abcdef:two@${pooler}:5432/postgres`,
    `postgresql://readonly.abcdef@${pooler}/postgres`,
    'postgresql://postgres@db.abcdef.supabase.co:5432/postgres',
  ])
    t.ok(same(project, other), other)
  const neon = 'ep-cool-1.eu-central-1.aws.neon.tech/shop'
  t.ok(same(`postgresql://u@${neon}`, `postgresql://u@${neon.replace('-1.', '-1-pooler.')}`))
})

t.test('what alone differs between production and development is seen', async (t) => {
  const pairs = [
    [
      `postgresql://postgres.aaa@${pooler}/postgres`,
      `postgresql://postgres.bbb@${pooler}/postgres`,
    ],
    ['postgresql://u@db.example.org/shop', 'postgresql://u@db.example.org/shop_dev'],
    ['postgresql://u@db.example.org/shop', 'postgresql://u@db2.example.org/shop'],
    ['postgresql://u@db.example.org/shop', 'postgresql://u@db.example.org:5433/shop'],
    ['postgresql://u@localhost:5432/shop', 'postgresql://u@localhost:6543/shop'],
    ['postgresql:///shop?host=/cloudsql/a:b:prod', 'postgresql:///shop?host=/cloudsql/a:b:dev'],
    ['postgresql://u@db.example.org/shop', 'postgresql://u@db.example.org/Shop'],
    ['postgresql://u@h1,h2/shop', 'postgresql://u@h1,h3/shop'],
    ['postgresql://u@db.example.org/shop', 'shop.sqlite3'],
  ] as const
  for (const [a, b] of pairs) t.notOk(same(a, b), `${a} ${b}`)
})

t.test('a file is one database under all of its names', async (t) => {
  const folder = t.testdir({ 'a.db': '', 'b.db': '' })
  linkSync(join(folder, 'a.db'), join(folder, 'hard.db'))
  symlinkSync('a.db', join(folder, 'soft.db'))
  const path = (name: string): string => join(folder, name)
  t.ok(same(path('a.db'), path('hard.db')))
  t.ok(same(path('a.db'), path('soft.db')))
  t.notOk(same(path('a.db'), path('b.db')))
  t.notOk(same(path('a.db'), path('missing.db')))
})

t.test(
  'a fingerprint stays where only the way to a database changes, and tells nothing',
  async (t) => {
    const of = (text: string, machine = 'one.local'): string => fingerprintOf(place(text), machine)
    const remote = of('postgresql://app:S3cr3t@db.example.org/shop')
    t.match(remote, /^[0-9a-f]{64}$/)
    t.equal(of('postgres://other@DB.example.org:6543/shop', 'two'), remote)
    t.not(of('postgresql://app@db.example.org/other'), remote)
    t.equal(of('postgresql://localhost/shop', 'ONE.home'), of('postgresql://127.0.0.1/shop'))
    t.not(of('postgresql://localhost/shop', 'two'), of('postgresql://localhost/shop'))
    t.equal(of('a.db', 'two'), of('a.db'), 'a container is called anew at each deploy')
  },
)

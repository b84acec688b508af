import fc from 'fast-check'
import t from 'tap'
import { parseDatabaseAddress } from '../../src/core/database-address.js'
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

import fc from 'fast-check'
import t from 'tap'
import { isAgeIdentity, isAgeRecipient } from '../../src/core/age-keys.js'
import {
  asOctavoError,
  fromErrorRecord,
  OctavoError,
  toErrorRecord,
} from '../../src/core/errors.js'
import { errorTable } from '../../src/core/error-table.js'
import { documentFileName, fileInstant, exportFileName } from '../../src/core/names.js'
import { recogniseContent, type ContentKind } from '../../src/core/recognise.js'
import { compareNames, restoreOrder, type Referrer } from '../../src/core/restore-order.js'

t.test('file names carry the instant in UTC, without colons', (t) => {
  const at = new Date('2026-11-22T00:17:00.999+02:00')
  t.equal(fileInstant(at), '2026-11-21_22-17-00')
  t.equal(documentFileName(at), 'database_backup_2026-11-21_22-17-00.json')
  t.equal(exportFileName('sqlite', at), 'sqlite_backup_20261121_221700.db')
  t.equal(exportFileName('sql', at), 'postgres_backup_20261121_221700.sql')
  t.equal(exportFileName('custom', at), 'postgres_backup_20261121_221700.dump')
  t.end()
})

t.test('content is recognised by its first bytes', (t) => {
  const kinds: [Buffer, ContentKind][] = [
    [Buffer.from('SQLite format 3\0rest'), 'sqlite'],
    [Buffer.from('SQLite format 3 '), 'unknown'],
    [Buffer.from([0x1f, 0x8b, 8, 0]), 'gzip'],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
    [Buffer.from('age-encryption.org/v1\n-> X25519'), 'age'],
    [Buffer.from('-----BEGIN AGE ENCRYPTED FILE-----\n'), 'age'],
    [Buffer.from('-----BEGIN PGP MESSAGE-----\n\nhF4D'), 'gpg'],
    [Buffer.from('845e031ad719', 'hex'), 'gpg'],
    [Buffer.from('85010c03a1b2', 'hex'), 'gpg'],
    [Buffer.from('8c0d04090302', 'hex'), 'gpg'],
    [Buffer.from('c15e0312e2', 'hex'), 'gpg'],
    [Buffer.from('c1c0450312', 'hex'), 'gpg'],
    [Buffer.from('c32006210b', 'hex'), 'gpg'],
    [Buffer.from('8c0d7f090302', 'hex'), 'unknown'],
    [Buffer.from('85', 'hex'), 'unknown'],
    [Buffer.from('PGDMP\x01'), 'pg-custom'],
    [Buffer.from('{\n"octavo"'), 'json'],
    [Buffer.from('\ufeff \r\n\t[{"model"'), 'json'],
    [Buffer.from('\n<!DOCTYPE html>'), 'html'],
    [Buffer.from('<b>'), 'unknown'],
    [Buffer.from('"text"'), 'unknown'],
    [Buffer.from([0x1f]), 'unknown'],
    [Buffer.alloc(0), 'empty'],
  ]
  for (const [start, kind] of kinds)
    t.equal(recogniseContent(start), kind, start.toString('latin1'))
  t.end()
})

t.test('any bytes are recognised as something', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      t.type(recogniseContent(Buffer.from(bytes)), 'string')
    }),
  )
  t.end()
})

const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'
const identity = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX'

t.test('a recipient or identity of age is told from a mistyped one', (t) => {
  t.ok(isAgeRecipient(recipient))
  t.ok(isAgeIdentity(identity))
  for (let place = 4; place < recipient.length; place += 1)
    for (const letter of ['q', 'p', '7'].filter((other) => other !== recipient[place])) {
      const mistyped = recipient.slice(0, place) + letter + recipient.slice(place + 1)
      t.notOk(isAgeRecipient(mistyped), mistyped)
    }
  const others = [
    identity,
    recipient.toUpperCase(),
    `${recipient}q`,
    recipient.slice(0, -1),
    'age1',
  ]
  for (const text of others) t.notOk(isAgeRecipient(text), text)
  for (const text of [recipient, identity.toLowerCase(), identity.replace('GF', 'FG')])
    t.notOk(isAgeIdentity(text), text)
  t.end()
})

t.test('an error keeps its code, hint, details and cause', (t) => {
  const cause = new Error('disk')
  const error = new OctavoError('io-failed', 'could not read', { cause, details: { path: 'a' } })
  t.equal(error.hint, errorTable['io-failed'].hint)
  t.equal(error.cause, cause)
  t.equal(new OctavoError('usage', 'no', { hint: 'Do this.' }).hint, 'Do this.')
  t.equal('cause' in new OctavoError('usage', 'no'), false)
  const back = fromErrorRecord(structuredClone(toErrorRecord(error)))
  t.match(back, { code: 'io-failed', message: 'could not read', details: { path: 'a' } })
  t.equal(back.hint, error.hint)
  t.end()
})

t.test('whatever is thrown becomes an error with a code', (t) => {
  const own = new OctavoError('usage', 'no')
  t.equal(asOctavoError(own), own)
  const plain = new TypeError('x is not a function')
  t.match(asOctavoError(plain), { code: 'internal', message: plain.message, cause: plain })
  t.match(asOctavoError('text'), { code: 'internal', message: 'text', cause: 'text' })
  t.match(asOctavoError(AbortSignal.abort().reason), { code: 'aborted' })
  t.end()
})

const graph = (edges: Record<string, string[]>): Referrer[] =>
  Object.entries(edges).map(([name, references]) => ({ name, references }))

t.test('what is referred to comes first, and the smallest name among the ready', (t) => {
  t.strictSame(restoreOrder([]), [])
  t.strictSame(
    restoreOrder(graph({ entry: ['machine', 'user'], user: [], machine: [], Archive: ['entry'] })),
    ['machine', 'user', 'entry', 'Archive'],
  )
  t.end()
})

t.test('references to itself and to missing tables do not count', (t) => {
  t.strictSame(restoreOrder(graph({ b: ['b', 'gone'], a: ['a'] })), ['a', 'b'])
  t.end()
})

t.test('a cycle stays together, inside by name, placed by its smallest name', (t) => {
  t.strictSame(restoreOrder(graph({ z: ['b'], b: ['z'], m: [], child: ['z'] })), [
    'b',
    'z',
    'child',
    'm',
  ])
  t.end()
})

t.test('names compare as UTF-8 bytes, not as UTF-16', (t) => {
  const names = ['\u{1F600}', '\uFB01', 'a', 'B', '']
  t.strictSame(names.sort(compareNames), ['', 'B', 'a', '\uFB01', '\u{1F600}'])
  t.end()
})

t.test('names from the prototype of objects are names like any other', (t) => {
  const odd: Referrer[] = [
    { name: '__proto__', references: ['constructor'] },
    { name: 'constructor', references: ['toString'] },
    { name: 'toString', references: [] },
  ]
  t.strictSame(restoreOrder(odd), ['toString', 'constructor', '__proto__'])
  t.end()
})

t.test('a chain of twenty thousand tables is ordered without a deep stack', (t) => {
  const name = (index: number): string => `t${String(index).padStart(5, '0')}`
  const chain = Array.from({ length: 20_000 }, (_, index) => ({
    name: name(index),
    references: [name(index + 1)],
  }))
  t.equal(restoreOrder(chain)[0], name(19_999))
  t.end()
})

const anyGraph = fc
  .array(fc.array(fc.nat(11), { maxLength: 4 }), { maxLength: 12 })
  .map((rows) =>
    rows.map((to, index) => ({ name: `m${index}`, references: to.map((n) => `m${n}`) })),
  )

t.test('every name stands once, whatever the order in which tables are given', (t) => {
  fc.assert(
    fc.property(anyGraph, (referrers) => {
      const order = restoreOrder(referrers)
      t.strictSame([...order].sort(), referrers.map(({ name }) => name).sort())
      t.strictSame(restoreOrder([...referrers].reverse()), order)
    }),
  )
  t.end()
})

const acyclicGraph = fc
  .tuple(fc.uniqueArray(fc.string(), { maxLength: 10 }), fc.infiniteStream(fc.nat(9)))
  .map(([names, numbers]) =>
    names.map((name, index) => {
      const targets = [numbers.next().value ?? 0, numbers.next().value ?? 0]
      const references = targets.filter((to) => to < index).map((to) => names[to] ?? '')
      return { name, references }
    }),
  )

t.test('without cycles, each place goes to the smallest name that waits for nothing', (t) => {
  fc.assert(
    fc.property(acyclicGraph, (referrers) => {
      const placed = new Set<string>()
      for (const name of restoreOrder(referrers)) {
        const ready = referrers.filter(
          (one) => !placed.has(one.name) && one.references.every((other) => placed.has(other)),
        )
        t.equal(name, ready.map((one) => one.name).sort(compareNames)[0])
        placed.add(name)
      }
    }),
  )
  t.end()
})

t.test('only members of one cycle may stand before what they refer to', (t) => {
  fc.assert(
    fc.property(anyGraph, (referrers) => {
      const order = restoreOrder(referrers)
      for (const { name, references } of referrers)
        for (const other of references)
          if (order.indexOf(other) > order.indexOf(name)) t.ok(reaches(referrers, other, name))
    }),
  )
  t.end()
})

function reaches(referrers: readonly Referrer[], from: string, to: string): boolean {
  const seen = new Set([from])
  for (const name of seen)
    for (const next of referrers.find((referrer) => referrer.name === name)?.references ?? [])
      seen.add(next)
  return seen.has(to)
}

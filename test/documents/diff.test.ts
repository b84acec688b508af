import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import type { DocumentDiff } from '../../src/core/document-diff.js'
import type { RecordChunk } from '../../src/core/engine.js'
import type { SchemaObject } from '../../src/core/schema.js'
import { diffByKey } from '../../src/documents/diff-by-key.js'
import { diffDocuments } from '../../src/documents/diff-documents.js'
import { LineCursor } from '../../src/documents/line-cursor.js'
import { ModelDifference } from '../../src/documents/model-difference.js'
import { recordKey } from '../../src/documents/record-key.js'
import { openDocument } from '../../src/documents/open-document.js'
import { chunksOf, documentOf, header, table, type Fixture } from './snapshots.js'

const folder = t.testdir()
let files = 0

type Side = Partial<Pick<Fixture, 'schema' | 'models' | 'chunkLines'>>

async function open(side: Side) {
  const path = join(folder, `${(files += 1)}.json`)
  const bytes = await documentOf({ header, schema: [], sequences: [], models: [], ...side })
  await writeFile(path, bytes)
  return openDocument(path, { workFolder: folder })
}

async function diff(left: Side, right: Side, show = 3): Promise<DocumentDiff> {
  const [a, b] = [await open(left), await open(right)]
  try {
    return await diffDocuments(a, b, { show, workFolder: folder })
  } finally {
    await a.close()
    await b.close()
  }
}

const line = (model: string, pk: unknown, value: unknown): string =>
  JSON.stringify({ model, pk, fields: { value } })

const byRowid = table('m', 'CREATE TABLE m(id INTEGER PRIMARY KEY, value)')
const byKey = table('m', 'CREATE TABLE m(id TEXT COLLATE NOCASE PRIMARY KEY, value) WITHOUT ROWID')
const nameless = table('m', 'CREATE TABLE m(rowid, oid, _rowid_)', {
  primary_key: [],
  rowid: false,
})

t.test('two documents with the same content are equal', async (t) => {
  const side = { schema: [byRowid], models: [['m', [line('m', 1, 'x')]]] } as const
  const { equal, models } = await diff(side, side)
  t.equal(equal, true)
  t.same(models, [{ model: 'm', added: 0, changed: 0, removed: 0, shown: [] }])
})

t.test('records of a rowid table are paired by rowid, int64 included', async (t) => {
  const long = { $numberLong: '9007199254740993' }
  const found = await diff(
    { schema: [byRowid], models: [['m', [line('m', -5, 0), line('m', 1, 1), line('m', 3, 3)]]] },
    { schema: [byRowid], models: [['m', [line('m', 1, 2), line('m', 2, 2), line('m', long, 9)]]] },
    10,
  )
  t.same(found.models, [
    {
      model: 'm',
      added: 2,
      changed: 1,
      removed: 2,
      shown: [
        { key: '-5', a: line('m', -5, 0), b: null },
        { key: '1', a: line('m', 1, 1), b: line('m', 1, 2) },
        { key: '2', a: null, b: line('m', 2, 2) },
        { key: '3', a: line('m', 3, 3), b: null },
        { key: JSON.stringify(long), a: null, b: line('m', long, 9) },
      ],
    },
  ])
})

t.test('records keyed in an order of their own are paired by key', async (t) => {
  const found = await diff(
    { schema: [byKey], models: [['m', ['b', 'A', 'c'].map((pk) => line('m', pk, 1))]] },
    { schema: [byKey], models: [['m', ['A', 'd', 'b'].map((pk) => line('m', pk, pk))]] },
  )
  t.match(found.models[0], { added: 1, changed: 2, removed: 1 })
  t.same(found.models[0]?.shown[0], {
    key: '"b"',
    a: line('m', 'b', 1),
    b: line('m', 'b', 'b'),
  })
})

t.test('records that nothing names are counted as lines, twins included', async (t) => {
  const twin = line('m', null, 'twin')
  const found = await diff(
    { schema: [nameless], models: [['m', [twin, twin, twin, line('m', null, 'old')]]] },
    { schema: [nameless], models: [['m', [line('m', null, 'new'), twin]]] },
  )
  t.match(found.models[0], { added: 1, changed: 0, removed: 3 })
})

t.test('each record that is shown has a key that names it', async (t) => {
  const odd = '"},"pk":1,"rowid":2,"fields":{'
  const keyOf = (pk: unknown, rowid?: number): string =>
    recordKey(JSON.stringify({ model: odd, pk, ...(rowid && { rowid }), fields: { [odd]: odd } }))
  t.equal(keyOf(odd), JSON.stringify(odd))
  t.equal(keyOf([1, odd], 7), JSON.stringify([1, odd]))
  t.equal(keyOf('null', 7), '"null"')
  t.equal(keyOf(null, 7), '{"rowid":7}')
  t.equal(keyOf([null, 1], 7), '{"rowid":7}')
  t.match(keyOf(null), /^\{"sha256":"[0-9a-f]{64}"\}$/)
  t.not(keyOf(null), recordKey(line('m', null, 'another')))
  t.throws(() => recordKey('{"model":"m"}'), { code: 'document-invalid' })
})

t.test('models may stand in another order or on one side only', async (t) => {
  const tables = (...names: string[]): SchemaObject[] =>
    names.map((name) => table(name, `CREATE TABLE ${name}(id INTEGER PRIMARY KEY, value)`))
  const found = await diff(
    {
      schema: tables('x', 'y', 'z', 'gone'),
      models: ['x', 'gone', 'y', 'z'].map((m) => [m, [line(m, 1, 1)]] as const),
    },
    {
      schema: tables('x', 'y', 'z', 'come'),
      models: ['z', 'come', 'y', 'x'].map((m) => [m, [line(m, 1, m === 'z' ? 2 : 1)]] as const),
    },
  )
  t.same(
    found.models.map((m) => [m.model, m.added, m.changed, m.removed]),
    [
      ['x', 0, 0, 0],
      ['gone', 0, 0, 1],
      ['y', 0, 0, 0],
      ['z', 0, 1, 0],
      ['come', 1, 0, 0],
    ],
  )
  t.same(found.schemaChanged, ['gone', 'come'])
  t.equal(found.equal, false)
})

t.test('shadow tables and statistics are left out', async (t) => {
  const shadow = table('f_data', 'CREATE TABLE f_data(id)', { kind: 'shadow' })
  const stat = table('sqlite_stat1', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)')
  const schema = [byRowid, shadow, stat]
  const models = (value: number): Fixture['models'] => [
    ['m', []],
    ['f_data', [line('f_data', 1, value)]],
    ['sqlite_stat1', [line('sqlite_stat1', null, value)]],
  ]
  const found = await diff({ schema, models: models(1) }, { schema, models: models(2) })
  t.equal(found.equal, true)
  t.same(
    found.models.map(({ model }) => model),
    ['m'],
  )
})

t.test('counts are those of comparing whole maps, in any kind of table', async (t) => {
  const records = fc.dictionary(fc.string({ maxLength: 3, unit: 'binary' }), fc.nat(2), {
    maxKeys: 30,
  })
  const property = fc.asyncProperty(
    records,
    records,
    fc.boolean(),
    fc.integer({ min: 1, max: 7 }),
    async (left, right, rowids, chunkLines) => {
      const pks = [...new Set([...Object.keys(left), ...Object.keys(right)])]
      const side = (from: Record<string, number>): Side => ({
        schema: [rowids ? byRowid : byKey],
        chunkLines,
        models: [
          [
            'm',
            (rowids ? pks : Object.keys(from))
              .filter((pk) => Object.hasOwn(from, pk))
              .map((pk) => line('m', rowids ? pks.indexOf(pk) : pk, from[pk])),
          ],
        ],
      })
      const { models } = await diff(side(left), side(right), 0)
      const has = (map: object, pk: string): boolean => Object.hasOwn(map, pk)
      t.match(models[0], {
        added: pks.filter((pk) => !has(left, pk)).length,
        removed: pks.filter((pk) => !has(right, pk)).length,
        changed: pks.filter((k) => has(left, k) && has(right, k) && left[k] !== right[k]).length,
        shown: [],
      })
    },
  )
  await fc.assert(property, { numRuns: 40 })
})

t.test('buckets too large to hold are split until they are not', async (t) => {
  const lines = (value: string): string[] =>
    Array.from({ length: 300 }, (_, index) => line('m', `k${index}`, value))
  const difference = new ModelDifference('m', 2)
  const [a, b] = [[...lines('a'), line('m', 'old', 1)], lines('b').reverse()]
  await diffByKey(new LineCursor(chunks(a)), new LineCursor(chunks(b)), difference, {
    workFolder: folder,
    keyed: true,
    heldBytes: 2_000,
  })
  t.match(difference.result(), {
    added: 0,
    changed: 300,
    removed: 1,
    shown: [
      { a: line('m', 'k0', 'a'), b: line('m', 'k0', 'b') },
      { a: line('m', 'k1', 'a'), b: line('m', 'k1', 'b') },
    ],
  })
})

async function* chunks(lines: readonly string[]): AsyncGenerator<RecordChunk> {
  yield* chunksOf(lines, 100)
}

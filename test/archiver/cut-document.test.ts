import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { gitBlobId } from '../../src/stores/github/git-blob-id.js'
import { CutFinder } from '../../src/archiver/parts/cut-finder.js'
import type { Manifest } from '../../src/archiver/manifest.js'
import { documentParts } from '../../src/archiver/parts/document-parts.js'
import type { PartSizes } from '../../src/archiver/parts/part-sizes.js'
import { recordHash } from '../../src/archiver/parts/record-hash.js'

const sizes: PartSizes = { whole: 0, least: 200, usual: 800, most: 12_000 }
const head = '{\n"octavo":1,\n"schema":[\n{"type":"table","sql":"},\\n\\"models\\":{"}\n],\n'
/** Places to cut are close to each other here: a rule that remembered where it cut would wander. */
const tight: PartSizes = { ...sizes, least: 400, usual: 400 }
const folder = t.testdir()

interface Row {
  readonly pk: unknown
  readonly fields: Readonly<Record<string, unknown>>
}

/** Lines as a document has them: only they matter to where it is cut. */
function documentOf(models: readonly (readonly Row[])[]): string {
  const lists = models.map((rows, index) => {
    const model = `app.Model${index}`
    const records = rows.map(({ pk, fields }) => JSON.stringify({ model, pk, fields }))
    const list = records.length === 0 ? '' : `${records.join(',\n')}\n`
    return `"${model}":[\n${list}]${index === models.length - 1 ? '' : ','}\n`
  })
  return `${head}"models":{\n${lists.join('')}},\n"summary":{},\n"sha256":"${'0'.repeat(64)}"\n}\n`
}

async function cut(
  text: string,
  chosen = sizes,
): Promise<{ parts: Manifest['parts']; pieces: string[] }> {
  const file = join(folder, `${randomBytes(6).toString('hex')}.json`)
  await writeFile(file, text)
  const bytes = await readFile(file)
  const parts = await documentParts(file, { name: 'x', size: bytes.length, sizes: chosen })
  let at = 0
  const pieces = parts.map(({ size, blob }) => {
    const piece = bytes.subarray(at, (at += size))
    if (gitBlobId(piece) !== blob) throw new Error('a part has another blob than its bytes')
    return piece.toString()
  })
  return { parts, pieces }
}

function cutTight(models: readonly (readonly Row[])[]) {
  return cut(documentOf(models), tight)
}

function cutInMemory(text: string): string[] {
  const finder = new CutFinder(tight)
  let at = 0
  for (const line of text.split('\n').slice(0, -1)) {
    finder.line(at, at + line.length + 1, Buffer.from(line.slice(0, 1024)))
    at += line.length + 1
  }
  finder.finish(at)
  return finder.ends.map((end, index) => text.slice(finder.ends[index - 1] ?? 0, end))
}

/** Parts of `after` that `before` does not have, without head and closing lines. */
function changed(before: readonly string[], after: readonly string[]): string[] {
  const there = new Set(before)
  return after.slice(1, -1).filter((piece) => !there.has(piece))
}

const values = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.integer(),
  fc.constantFrom('},', '"models":{', ']', '\n', ',"fields":{', 'x'.repeat(900)),
  fc.integer({ min: 1, max: 4000 }).map((length) => 'long '.repeat(length / 5)),
)
const rows = (most: number) =>
  fc
    .uniqueArray(fc.oneof(fc.nat(1e6), fc.string({ maxLength: 30 })), { maxLength: most, size: 'max' })
    .chain((keys) =>
      fc.tuple(...keys.map((pk) => fc.record({ pk: fc.constant(pk), fields: fc.dictionary(fc.constantFrom('a', 'b'), values) }))),
    ) // prettier-ignore
const documents = fc.array(rows(40), { maxLength: 4 })
const runs = { numRuns: 60 }

t.test('the parts one after the other are the document, each in its bounds', async (t) => {
  await fc.assert(
    fc.asyncProperty(documents, fc.boolean(), async (models, lastBreak) => {
      const text = documentOf(models).slice(0, lastBreak ? undefined : -1)
      const { parts, pieces } = await cut(text)
      t.equal(pieces.join(''), text)
      t.ok(parts.every(({ size }) => size > 0 && size <= sizes.most))
      t.ok(pieces[0] === `${head}"models":{\n`, 'the header is a part')
      t.match(pieces.at(-1), /^\},\n"summary"/, 'and so are the closing lines')
      const paths = parts.map(({ path }) => path)
      t.strictSame(paths, paths.toSorted(), 'names stand in the order of the parts')
      const least = parts.filter(({ size }) => size < sizes.least).length
      t.ok(least <= 3 + (2 * text.length) / sizes.most, 'few are smaller than the least size')
    }),
    { numRuns: 60 },
  )
})

t.test('a changed record changes two parts of data at most', async (t) => {
  const many = fc.array(rows(120), { minLength: 1, maxLength: 2 })
  await fc.assert(
    fc.asyncProperty(many, fc.nat(), values, async (models, at, value) => {
      const all = models.flat()
      const chosen = all[at % Math.max(1, all.length)]
      const other = models.map((list) =>
        list.map((row) => (row === chosen ? { ...row, fields: { a: value } } : row)),
      )
      const [before, after] = await Promise.all([cutTight(models), cutTight(other)])
      return changed(before.pieces, after.pieces).length <= 2
    }),
    runs,
  )
  t.end()
})

t.test('a record that comes or goes changes the parts around it only', async (t) => {
  await fc.assert(
    fc.asyncProperty(rows(150), fc.nat(), async (list, at) => {
      const less = list.toSpliced(at % Math.max(1, list.length), 1)
      const [more, fewer] = await Promise.all([cutTight([list]), cutTight([less])])
      const [came, went] = [changed(fewer.pieces, more.pieces), changed(more.pieces, fewer.pieces)]
      return came.length <= 3 && went.length <= 3
    }),
    runs,
  )
  t.end()
})

t.test('wherever a long table changes, it changes two parts at most', (t) => {
  const table = (changedAt: number, length: number) =>
    Array.from({ length: 2500 }, (_, n) => {
      const a = 'x'.repeat(n === changedAt ? length : 20 + ((n * 7919) % 90))
      return { pk: n, fields: { a } }
    })
  const before = cutInMemory(documentOf([table(-1, 0)]))
  const worst = Array.from({ length: 120 }, (_, n) => {
    const after = cutInMemory(documentOf([table(n * 20, 150 + n)]))
    return changed(before, after).length
  })
  t.ok(before.length > 100, `there are ${before.length} of them`)
  t.ok(Math.max(...worst) <= 2)
  t.end()
})

t.test(
  'small records, large ones and those without a key make parts of the usual size',
  async (t) => {
    const usual = { whole: 0, least: 2500, usual: 10_000, most: 120_000 }
    const list = (count: number, length: number, pk: (n: number) => unknown) =>
      Array.from({ length: count }, (_, n) => ({ pk: pk(n), fields: { n, a: 'x'.repeat(length) } }))
    for (const [what, made] of [
      ['small', list(20_000, 10, (n) => n)],
      ['large', list(300, 4000, (n) => n)],
      ['by name', list(5000, 200, (n) => [`name ${n}`, null])],
      ['without a key', list(5000, 200, () => null)],
    ] as const) {
      const text = documentOf([made])
      const { parts } = await cut(text, usual)
      const average = text.length / parts.length
      t.ok(average > 8000 && average < 20_000, `${what}: ${Math.round(average)} bytes on average`)
    }
    t.end()
  },
)

t.test('a line that no part holds is cut inside, and its neighbours stay', async (t) => {
  const list = (length: number) =>
    Array.from({ length: 200 }, (_, n) => ({
      pk: n,
      fields: { a: 'x'.repeat(n === 100 ? length : 20) },
    }))
  const [without, before, after] = [
    await cut(documentOf([list(20)])),
    await cut(documentOf([list(50_000)])),
    await cut(documentOf([list(70_000)])),
  ]
  t.ok(before.parts.every(({ size }) => size <= sizes.most))
  t.equal(before.pieces.join(''), documentOf([list(50_000)]))
  t.ok(changed(before.pieces, after.pieces).length <= 3, 'the end of the line, not its begin')
  t.ok(changed(before.pieces, without.pieces).length <= 1)
  t.end()
})

t.test('a small document is one file, and a head beyond all bounds is cut too', async (t) => {
  const text = documentOf([[{ pk: 1, fields: {} }]])
  const { parts } = await cut(text, { ...sizes, whole: 1e6 })
  t.match(parts, [{ path: 'backups/x.json', size: text.length }])
  const large = text.replace('"octavo":1', `"octavo":1,\n"label":"${'y'.repeat(40_000)}"`)
  const { parts: many, pieces } = await cut(large)
  t.equal(pieces.join(''), large)
  t.ok(many.every(({ size }) => size <= sizes.most))
  t.equal(many[0]?.path, 'backups/x/0001.json-part')
  t.end()
})

t.test('the hash of a record is of its model and key', (t) => {
  const hash = (line: object) => recordHash(Buffer.from(JSON.stringify(line)))
  const one = { model: 'a.B', pk: 7, fields: { x: 1 } }
  t.equal(hash(one), hash({ ...one, fields: { x: 2, y: 'other' } }))
  t.not(hash(one), hash({ ...one, pk: 8 }))
  t.not(hash(one), hash({ ...one, model: 'a.C' }))
  const none = { model: 'a.B', pk: null, fields: { x: 1 } }
  t.not(hash(none), hash({ ...none, fields: { x: 2 } }), 'without a key by what it holds')
  const numbered = { model: 'a.B', pk: null, rowid: 4, fields: { x: 1 } }
  t.equal(hash(numbered), hash({ ...numbered, fields: { x: 2 } }))
  t.end()
})

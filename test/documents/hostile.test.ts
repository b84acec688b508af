import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createGzip, gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { maxLineBytes } from '../../src/core/document.js'
import type { ErrorCode } from '../../src/core/error-table.js'
import { openDocument } from '../../src/documents/open-document.js'
import { parseJson } from '../../src/documents/json-values.js'
import { proveDocument } from '../../src/documents/prove-document.js'
import { documentOf, header, table } from './snapshots.js'

const folder = t.testdir({ work: {} })
const workFolder = join(folder, 'work')

async function readWhole(path: string): Promise<void> {
  const reading = await openDocument(path, { workFolder })
  try {
    await reading.end()
  } finally {
    await reading.close()
  }
}

async function refused(
  t: Test,
  bytes: Buffer | string,
  want: { readonly code: ErrorCode; readonly message?: RegExp | string },
): Promise<void> {
  const path = join(folder, 'file')
  await writeFile(path, bytes)
  await t.rejects(readWhole(path), want, 'read')
  // Without a database, another layout is refused before its records are looked at.
  const proved = want.code === 'document-invalid' ? { code: /^document-/ } : want
  await t.rejects(proveDocument(path), proved, 'proved')
  t.same(await readdir(workFolder), [])
}

const lines = [1, 2, 3].map((pk) => `{"model":"m","pk":${pk},"fields":{"value":"v${pk}"}}`)
const good = (
  await documentOf({
    header,
    schema: [table('m', 'CREATE TABLE m(id INTEGER PRIMARY KEY, value)')],
    sequences: ['["m",3]'],
    models: [['m', lines]],
  })
).toString()
/** In another layout: what is wrong in it is found while it is made canonical. */
const anew = JSON.stringify(JSON.parse(good))

t.test('files of other kinds are named as what they are', async (t) => {
  const kinds: [Buffer | string, ErrorCode, RegExp][] = [
    ['', 'document-truncated', /empty/],
    ['<!DOCTYPE html><title>Log in</title>', 'format-unknown', /HTML page/],
    ['\n <html>', 'format-unknown', /HTML page/],
    ['SQLite format 3\0and pages', 'format-unknown', /SQLite database/],
    ['age-encryption.org/v1\n', 'format-unknown', /age/],
    [Buffer.from('28b52ffd00', 'hex'), 'format-unknown', /zstd/],
    ['PGDMP\x01', 'format-unknown', /pg_dump/],
    ['hello', 'format-unknown', /neither JSON/],
    [gzipSync('hello'), 'format-unknown', /neither JSON/],
    [gzipSync(gzipSync(good)), 'format-unknown', /gzip inside gzip/],
    ['{"error":"no"}', 'format-unknown', /not a document of Octavo/],
    ['{}', 'format-unknown', /not a document of Octavo/],
    ['[{"model":"auth.user","pk":1,"fields":{}}]', 'format-unknown', /Django fixture/],
    [
      '{"export_date":"2025-01-01","django_version":"5.0","models":{"auth.User":{"error":"x"}}}',
      'format-unknown',
      /older kind/,
    ],
  ]
  for (const [bytes, code, message] of kinds) await refused(t, bytes, { code, message })
  await t.rejects(readWhole(join(folder, 'missing')), { code: 'not-found' })
})

t.test('a newer version is refused as such, wherever it says so', async (t) => {
  for (const text of [good, anew, `{"models_first":{},${anew.slice(1)}`])
    await refused(t, text.replace('"octavo":1', '"octavo":2'), { code: 'document-version' })
})

t.test('members that stand twice are refused at every place', async (t) => {
  const twice: [string, string][] = [
    ['{"octavo":1,', '{"octavo":1,"octavo":1,'],
    ['"sequences":', '"sequences":[],"sequences":'],
    ['"models":{', '"models":{"m":[],'],
    ['"kind":"table"', '"kind":"table","kind":"table"'],
    ['"pk":2', '"pk":2,"pk":2'],
    ['"value":"v2"', '"value":"v2","value":"v1"'],
    ['"summary":{', '"summary":{"records":3,'],
  ]
  for (const [from, to] of twice)
    await refused(t, anew.replace(from, to), { code: 'document-invalid', message: /twice/ })
  const double = good.replace('"models":{', '"models":{\n"m":[\n],')
  await refused(t, double, { code: 'document-invalid', message: /twice/ })
})

t.test('wrong types and values are refused by name', async (t) => {
  const wrong: [string, string, RegExp][] = [
    ['"octavo":1', '"octavo":"1"', /octavo/],
    ['"octavo":1', '"octavo":0', /octavo/],
    ['"export_date":"2026', '"export_date":"x2026', /export_date/],
    ['"database":{', '"database":[],"was":{', /database/],
    ['"engine":"sqlite"', '"engine":"oracle"', /engine/],
    ['"encoding":"UTF-8"', '"encoding":"EBCDIC"', /encoding/],
    ['"page_size":4096', '"page_size":4097', /page_size/],
    ['"user_version":7', '"user_version":1e99', /user_version/],
    ['"schema":[', '"schema":null,"was":[', /list schema/],
    ['"schema":[', '"schema":[7,', /schema object 1/],
    ['"references":[]', '"references":{}', /references/],
    ['"primary_key":["id"]', '"primary_key":[null]', /primary_key/],
    ['"kind":"table"', '"kind":"table","colour":"red"', /colour/],
    ['"sql":"CREATE TABLE m(id INTEGER PRIMARY KEY, value)"', '"sql":7', /sql/],
    ['"sequences":[[', '"sequences":["x",[', /sequences/],
    ['"models":{', '"models":[],"was":{', /out of place/],
    ['"m":[', '"m":{"error":"x"},"was":[', /no list of records/],
    ['"pk":2,', '', /pk/],
    ['"pk":2,', '"pk":2,"extra":1,', /extra/],
    ['"fields":{"value":"v2"}', '"fields":[]', /fields/],
    ['{"model":"m","pk":2', '{"model":"n","pk":2', /another model/],
    ['"summary":{"records":3', '"summary":{"records":-3', /summary/],
    ['"foreign_key_violations":0', '"foreign_key_violations":true', /summary/],
    ['"content_sha256":"', '"content_sha256":"X', /content_sha256/],
  ]
  for (const [from, to, message] of wrong) {
    t.ok(anew.includes(from), from)
    await t.rejects(readText(anew.replace(from, to)), { code: 'document-invalid', message }, to)
  }
})

async function readText(text: string): Promise<void> {
  await writeFile(join(folder, 'text'), text)
  await readWhole(join(folder, 'text'))
}

t.test('what the closing members state must be what was read', async (t) => {
  const altered: [string, string, RegExp][] = [
    ['"summary":{"records":3', '"summary":{"records":4', /4/],
    ['{"records":3,"sha256"', '{"records":2,"sha256"', /"m" has 3 records/],
    [`${lines[1]},`, '', /"m" has 2 records/],
    ['"user_version":7', '"user_version":8', /content/],
    ['CREATE TABLE m', 'CREATE TABLE n', /content/],
    ['["m",3]', '["m",4]', /content/],
  ]
  for (const [from, to, message] of altered) {
    await t.rejects(readText(anew.replace(from, to)), { code: 'document-altered', message }, to)
  }
  for (const member of ['summary', 'content_sha256', 'sha256'])
    await t.rejects(
      readText(anew.replace(new RegExp(`,"${member}":(?!.*,"${member}":)`), ',"x":')),
      {
        code: 'document-truncated',
      },
    )
  await t.rejects(readText(good.replace('v2', 'v4')), {
    code: 'document-altered',
    message: 'the document was altered: the records of "m"',
    details: { models: ['m'] },
  })
  await t.rejects(readText(good.replace('"prod"', '"dev"')), {
    code: 'document-altered',
    message: /header/,
  })
})

t.test('models and tables must belong together', async (t) => {
  await t.rejects(readText(good.replace('"m":[', '"other":[')), {
    code: 'document-invalid',
    message: /"other" has no table/,
  })
  await t.rejects(readText(anew.replace('"model":"m","primary_key"', '"primary_key"')), {
    code: 'document-invalid',
    message: /"m" has no table/,
  })
  const schema = [table('a', 'CREATE TABLE a(x)'), table('b', 'CREATE TABLE b(x)', { model: 'a' })]
  const twins = await documentOf({ header, schema, sequences: [], models: [['a', []]] })
  await t.rejects(readText(twins.toString()), { code: 'document-invalid', message: /two tables/ })
  const lost = await documentOf({ header, schema, sequences: [], models: [] })
  await t.rejects(readText(lost.toString()), { code: 'document-invalid' })
  const one = schema.slice(0, 1)
  const empty = await documentOf({ header, schema: one, sequences: [], models: [] })
  await t.rejects(readText(empty.toString()), { code: 'document-altered', message: /missing/ })
})

t.test('what follows the end is refused', async (t) => {
  for (const text of [good, anew])
    for (const more of [good, 'x', ' {}', '[1]'])
      await t.rejects(readText(text + more), { code: /^document-(altered|invalid)$/ }, more)
  await readText(`${anew} \n\t`)
  await writeFile(join(folder, 'tail'), Buffer.concat([gzipSync(good), Buffer.from('tail')]))
  await t.rejects(readWhole(join(folder, 'tail')), { code: 'document-altered' })
  await writeFile(
    join(folder, 'parts'),
    Buffer.concat([gzipSync(good.slice(0, 500)), gzipSync(good.slice(500))]),
  )
  await readWhole(join(folder, 'parts'))
})

t.test('bytes that are no UTF-8 are refused in both layouts', async (t) => {
  for (const text of [good, anew]) {
    const bytes = Buffer.from(text)
    bytes[bytes.indexOf('v2')] = 0xff
    await refused(t, bytes, { code: 'document-invalid', message: /UTF-8/ })
  }
})

t.test('an altered byte inside of gzip is found', async (t) => {
  const packed = gzipSync(good)
  for (let at = 12; at < packed.length; at += 37) {
    const changed = Buffer.from(packed)
    changed[at] = (changed[at] ?? 0) ^ 0x10
    await writeFile(join(folder, 'packed'), changed)
    await t.rejects(readWhole(join(folder, 'packed')), { code: /^(document-|format-)/ })
  }
})

t.test('JSON is read by its grammar, to the letter', (t) => {
  const limits = { bytes: 100, values: 20, depth: 3 }
  const parse = (text: string): unknown => parseJson(Buffer.from(text), limits)
  const valid = [
    '0',
    '-0.0e+1',
    '""',
    '[]',
    '{}',
    '[[[]]]',
    '{"a":{"b":[1,null,true]}}',
    ' [1 ,2] ',
  ]
  for (const text of valid) t.doesNotThrow(() => parse(text), text)
  const invalid =
    '01|+1|.5|1.|1e|-|NaN|Infinity|tru|nulll|"a|"\\x"|"\\u12"|"\\ud800"|"a\nb"|[1,]|[,1]|[1 2]|{"a"}|' +
    '{"a":}|{"a":1,}|{1:2}|{a:1}|[}|{]|]|1 2|[1]]|\'a\'|//|\u00a0 1|[[[[]]]]|{"a":1,"a":2}|\ufffe1|'
  for (const text of invalid.split('|'))
    t.throws(() => parse(text), { code: /^document-/ }, JSON.stringify(text))
  t.throws(() => parse(`"${'x'.repeat(100)}"`), { message: /longer than 100 bytes/ })
  t.throws(() => parse(`[${'0,'.repeat(40)}0]`), { message: /more than 20 parts/ })
  t.end()
})

interface Bomb {
  readonly start: string
  readonly piece: Buffer
  readonly times: number
  readonly level?: number
}

async function bomb({ start, piece, times, level = 1 }: Bomb): Promise<string> {
  const path = join(folder, 'bomb')
  const gzip = createGzip({ level })
  const file = gzip.pipe(createWriteStream(path))
  gzip.write(start)
  for (let index = 0; index < times; index += 1) if (!gzip.write(piece)) await once(gzip, 'drain')
  gzip.end()
  await once(file, 'close')
  return path
}

t.test('bombs end in an error, with memory bounded', async (t) => {
  const zeros = Buffer.alloc(1_000_000, 0x30)
  const long = lines[0]?.replace('v1', '0'.repeat(10_000)) ?? ''
  const record = Buffer.from(`${long},\n`.repeat(100))
  const head = good.slice(0, good.indexOf(lines[0] ?? ''))
  const before = process.memoryUsage().rss
  const line = await bomb({ start: `${head}{"model":"m","pk":`, piece: zeros, times: 300 })
  await t.rejects(readWhole(line), {
    code: 'document-invalid',
    message: `a line is longer than ${maxLineBytes} bytes`,
  })
  const number = await bomb({ start: '{"octavo":', piece: zeros, times: 50 })
  await t.rejects(readWhole(number), { code: 'document-invalid', message: /longer than 4096/ })
  const records = await bomb({ start: head, piece: record, times: 300, level: 6 })
  await t.rejects(readWhole(records), { code: 'document-invalid', message: /200 times/ })
  const deep = await bomb({ start: '{"octavo":', piece: Buffer.alloc(100_000, 0x5b), times: 9 })
  await t.rejects(readWhole(deep), { code: 'document-invalid', message: /nested/ })
  const schema = await bomb({
    start: '{"schema":[',
    piece: Buffer.from('[],'.repeat(100_000)),
    times: 50,
  })
  await t.rejects(readWhole(schema), { code: 'document-invalid', message: /parts/ })
  t.ok(process.memoryUsage().rss - before < 1_200_000_000)
  t.same(await readdir(workFolder), [])
})

t.test('a reading that is aborted stops, and its scratch file goes', async (t) => {
  const path = join(folder, 'text')
  await writeFile(path, anew)
  const signal = AbortSignal.abort()
  await t.rejects(openDocument(path, { workFolder, signal }), { name: 'AbortError' })
  t.same(await readdir(workFolder), [])
})

import { execFileSync } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import type { DocumentEnd } from '../../src/core/document.js'
import { OctavoError } from '../../src/core/errors.js'
import type { Progress } from '../../src/core/progress.js'
import { contentDigest, contentLines } from '../../src/documents/content-digest.js'
import { columnsIn } from '../../src/documents/column-order.js'
import { openDocument } from '../../src/documents/open-document.js'
import { proveDocument } from '../../src/documents/prove-document.js'
import { stripSeparators } from '../../src/documents/record-digest.js'
import { writeDocument } from '../../src/documents/write-document.js'
import { contentOf, documentOf, header, snapshotOf, table, type Fixture } from './snapshots.js'

const folder = t.testdir({ work: {} })
const workFolder = join(folder, 'work')
let files = 0

async function saved(bytes: Buffer | string): Promise<string> {
  const path = join(folder, `${(files += 1)}.json`)
  await writeFile(path, bytes)
  return path
}

interface Read {
  readonly canonical: boolean
  readonly models: [string, string[]][]
  readonly end: DocumentEnd
}

async function read(bytes: Buffer | string): Promise<Read> {
  const reading = await openDocument(await saved(bytes), { workFolder })
  try {
    const models = await contentOf(reading)
    return { canonical: reading.canonical, models, end: await reading.end() }
  } finally {
    await reading.close()
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof OctavoError) return error.code
    throw error
  }
  return 'none'
}

const users = [
  '{"model":"auth.User","pk":1,"fields":{"username":"ada","is_staff":true,"score":1.0}}',
  '{"model":"auth.User","pk":2,"fields":{"username":"\u2028\u007f/\ufeff😀\\u0000","is_staff":false,"score":-0.0}}',
  '{"model":"auth.User","pk":{"$numberLong":"9223372036854775807"},"fields":{"username":{"$binary":{"base64":"AA==","subType":"00"}},"is_staff":2,"score":null}}',
]
const usersTable = table(
  'auth.User',
  'CREATE TABLE "auth_user" ("id" integer PRIMARY KEY, "username" text, "is_staff" bool, "score" real)',
)
const small: Fixture = {
  header: { ...header, selection: ['auth.User'], excluded_rows: ['empty'], sample: true },
  schema: [
    usersTable,
    table('empty', 'CREATE TABLE empty(a)'),
    { type: 'index', name: 'i "q"\n', table: 'empty', sql: { $text: { base64: '/w==' } } },
  ],
  sequences: ['["auth.User",41]', '["odd",{"$numberLong":"9223372036854775807"}]'],
  models: [
    ['auth.User', users],
    ['empty', []],
  ],
  violations: new Map([['empty', { error: 'no such table: gone' }]]),
}

t.test('a document has every line break that the format shows', async (t) => {
  const text = (await documentOf(small)).toString()
  const lines = text.split('\n')
  t.same(lines.slice(0, 5), [
    '{',
    '"octavo":1,',
    '"export_date":"2026-11-22T00:17:00.000Z",',
    '"generator":"octavo 1.0.0",',
    '"database":{"name":"database","label":"prod","engine":"sqlite","engine_version":"3.53.2","encoding":"UTF-8","page_size":4096,"auto_vacuum":0,"wal":true,"user_version":7,"application_id":0},',
  ])
  t.same(lines.slice(5, 9), [
    '"selection":["auth.User"],',
    '"excluded_rows":["empty"],',
    '"sample":true,',
    '"schema":[',
  ])
  t.equal(
    lines[11],
    '{"type":"index","name":"i \\"q\\"\\n","table":"empty","sql":{"$text":{"base64":"/w=="}}}',
  )
  t.same(lines.slice(12, 19), [
    '],',
    '"sequences":[',
    '["auth.User",41],',
    '["odd",{"$numberLong":"9223372036854775807"}]',
    '],',
    '"models":{',
    '"auth.User":[',
  ])
  t.same(lines.slice(19, 26), [
    `${users[0]},`,
    `${users[1]},`,
    users[2],
    '],',
    '"empty":[',
    ']',
    '},',
  ])
  t.match(lines[26], /^"summary":\{"records":3,"models":\{"auth\.User":\{"records":3,"sha256":"/)
  t.ok(lines[26]?.endsWith('"foreign_key_violations":{"error":"no such table: gone"}}}},'))
  t.match(lines[27], /^"content_sha256":"[0-9a-f]{64}",$/)
  t.match(lines[28], /^"sha256":"[0-9a-f]{64}"$/)
  t.same(lines.slice(29), ['}', ''])
  t.equal(JSON.parse(text).models['auth.User'].length, 3)
})

t.test('a document without tables has its brackets on lines of their own', async (t) => {
  const bytes = await documentOf({ header, schema: [], sequences: [], models: [] })
  t.match(bytes.toString(), '"schema":[\n],\n"sequences":[\n],\n"models":{\n},\n"summary":')
  t.same((await read(bytes)).models, [])
})

t.test(
  'the same content gives the same digest on another day, with other statistics',
  async (t) => {
    const stat = (value: string): Fixture => ({
      ...small,
      header: { ...header, export_date: '2027-01-01T00:00:00.000Z', generator: 'octavo 9' },
      schema: [...small.schema, table('sqlite_stat1', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)')],
      models: [...small.models, ['sqlite_stat1', [value]]],
    })
    const line = (n: number): string =>
      `{"model":"sqlite_stat1","pk":null,"rowid":${n},"fields":{}}`
    const [a, b] = [await documentOf(stat(line(1))), await documentOf(stat(line(2)))]
    const content = (bytes: Buffer): unknown => JSON.parse(bytes.toString()).content_sha256
    t.equal(content(a), content(b))
    t.equal(content(a), content(await documentOf(small)))
  },
)

t.test('the content digest covers the lines that the format names', (t) => {
  const content = {
    facts: { encoding: 'UTF-8', user_version: 7, application_id: 0 },
    schemaLines: ['{"type":"table"}'],
    sequences: ['["t",1]'],
    models: new Map([
      ['ﬀ', { records: 1, sha256: 'bb' }],
      ['😀', { records: 2, sha256: 'cc' }],
      ['__proto__', { records: 3, sha256: 'aa' }],
    ]),
  }
  t.same(contentLines(content), [
    'octavo-content-1',
    '{"encoding":"UTF-8","user_version":7,"application_id":0}',
    '{"type":"table"}',
    '["t",1]',
    '["__proto__",3,"aa"]',
    '["ﬀ",1,"bb"]',
    '["😀",2,"cc"]',
  ])
  t.equal(
    contentDigest(content),
    execFileSync('sha256sum', { input: `${contentLines(content).join('\n')}\n` })
      .toString()
      .slice(0, 64),
  )
  t.end()
})

t.test('separators are stripped from chunks, and what is no record is refused', (t) => {
  const strip = (text: string): string => {
    const into = Buffer.alloc(text.length + 1)
    const { bytes, records } = stripSeparators(Buffer.from(text), into)
    return `${records}:${into.toString('utf8', 0, bytes)}`
  }
  t.equal(strip('{"a":1}'), '1:{"a":1}\n')
  t.equal(strip('{"a":",,"},\n{}'), '2:{"a":",,"}\n{}\n')
  for (const wrong of ['', '{}\n{}', '{},\n', '{},{}\n', '{},\n]', '{} ,\n{}'])
    t.throws(() => strip(wrong), { code: 'document-invalid' }, JSON.stringify(wrong))
  t.end()
})

t.test('a chunk that states another number of records than it holds is refused', async (t) => {
  const snapshot = snapshotOf(small)
  const bytes = Buffer.from(users.join(',\n'))
  const records = async function* () {
    yield { bytes, records: 2 }
  }
  const sink = { write: () => undefined }
  await t.rejects(writeDocument({ header, snapshot: { ...snapshot, records }, sink }), {
    code: 'internal',
  })
})

t.test('writing tells what is written so far, of which model and in how many bytes', async (t) => {
  const [auth = '', empty = ''] = small.models.map(([model]) => model)
  const other = ['{"model":"z","pk":1,"fields":{}}', '{"model":"z","pk":2,"fields":{}}']
  const fixture: Fixture = { ...small, models: [...small.models, ['z', other]], chunkLines: 2 }
  const pieces: Buffer[] = []
  const told: Progress[] = []
  await writeDocument({
    header,
    snapshot: snapshotOf(fixture),
    sink: { write: (bytes) => void pieces.push(Buffer.from(bytes)) },
    onProgress: (progress) => told.push(progress),
  })
  t.match(told, [
    { phase: 'exporting', model: auth, records: 2 },
    { phase: 'exporting', model: auth, records: 3 },
    { phase: 'exporting', model: 'z', records: 5 },
  ])
  t.notOk(told.some(({ model }) => model === empty))
  const document = Buffer.concat(pieces)
  const ends = told.map(({ bytes = 0 }) =>
    document.subarray(0, bytes).toString().split('\n').at(-1),
  )
  t.strictSame(ends, [users[1], users[2], other[1]], 'the bytes reach to the last record told')
})

t.test('two models under one name are refused', async (t) => {
  const models = [...small.models, small.models[0] ?? ['', []]] as Fixture['models']
  await t.rejects(documentOf({ ...small, models }), { code: 'model-clash' })
})

t.test('reading inverts writing, for any names, values and chunks', async (t) => {
  const text = fc.string({ unit: 'binary', maxLength: 8 })
  const odd = fc.constantFrom(
    '__proto__',
    '',
    '"',
    '\u2028',
    '😀',
    '7',
    '\ufeff',
    'constructor',
    ']',
  )
  const name = fc.oneof(text, odd)
  const value = fc.oneof(text, fc.integer(), fc.double({ noNaN: true }), fc.constant(null))
  const rows = fc.array(fc.dictionary(name, value, { maxKeys: 4 }), { maxLength: 12 })
  const tables = fc.uniqueArray(fc.tuple(name, rows), { selector: ([n]) => n, maxLength: 5 })
  const property = fc.asyncProperty(
    tables,
    fc.integer({ min: 1, max: 5 }),
    fc.boolean(),
    async (tables, chunkLines, packed) => {
      const models = tables.map(([model, rows]) => {
        const lines = rows.map((fields, pk) => JSON.stringify({ model, pk, fields }))
        return [model, lines] as const
      })
      const schema = models.map(([model]) => table(model, `CREATE TABLE "${model}"`))
      const bytes = await documentOf({ header, schema, sequences: [], models, chunkLines })
      const found = await read(packed ? gzipSync(bytes) : bytes)
      t.equal(found.canonical, true)
      t.same(found.models, models)
      t.same(
        [...found.end.summary.models.keys()],
        tables.map(([model]) => model),
      )
      const anew = await read(JSON.stringify(JSON.parse(bytes.toString()), null, 1))
      t.equal(anew.canonical, false)
      if (!tables.some(([model]) => model === '7'))
        t.same(anew.models.map(named), models.map(named))
    },
  )
  await fc.assert(property, { numRuns: 60 })
})

/** Numbers as JavaScript sees them, since it wrote them. */
function named([model, lines]: readonly [string, readonly string[]]): unknown[] {
  return [model, ...lines.map((line) => JSON.parse(line) as unknown)]
}

t.test('any change of a byte is found, or changes nothing that the document says', async (t) => {
  const bytes = await documentOf(small)
  const good = await read(bytes)
  const property = fc.asyncProperty(
    fc.nat(bytes.length - 1),
    fc.oneof(fc.nat(255), fc.constantFrom(0x20, 0x0a, 0x0d, 0x2c, 0x5d, 0x7b, 0x22)),
    async (at, byte) => {
      if (bytes[at] === byte) return
      const changed = Buffer.from(bytes)
      changed[at] = byte
      const path = await saved(changed)
      t.not(await codeOf(proveDocument(path)), 'none', `byte ${at} set to ${byte}`)
      try {
        const found = await read(changed)
        t.equal(found.canonical, false)
        if (found.end.unproved.length === 0) t.same(found.models, good.models)
      } catch (error) {
        t.type(error, OctavoError)
      }
    },
  )
  await fc.assert(property, { numRuns: 400 })
})

t.test('a number that was broken by white space is not taken for proved', async (t) => {
  const text = `\n${(await documentOf(small)).toString().replace('"pk":2', '"pk":\n2')}`
  t.same((await read(text)).end.unproved, [])
  const other = text.replace('"pk":\n2', '"pk":\n3')
  t.same((await read(other)).end.unproved, ['auth.User'])
})

t.test('a document cut short anywhere is refused, but for its very last line break', async (t) => {
  const bytes = await documentOf(small)
  const packed = gzipSync(bytes)
  for (let length = 0; length < bytes.length - 1; length += 7) {
    const code = await codeOf(read(bytes.subarray(0, length)))
    t.equal(code, 'document-truncated', `${length} bytes`)
  }
  for (let length = 2; length < packed.length; length += 41)
    t.equal(await codeOf(read(packed.subarray(0, length))), 'document-truncated')
  t.equal((await read(bytes.subarray(0, -1))).canonical, true)
})

t.test('the file digest is the one that sed and sha256sum find', async (t) => {
  const path = await saved(await documentOf(small))
  const command = `sed '$d' "$1" | sed '$d' | sha256sum`
  const found = execFileSync('bash', ['-c', command, 'bash', path]).toString().slice(0, 64)
  const { header: readHeader, schema, end } = await proveDocument(path)
  t.equal(end.sha256, found)
  t.same(readHeader, small.header)
  t.same(schema, small.schema)
})

t.test('expected models must be there and not be empty', async (t) => {
  const path = await saved(await documentOf(small))
  await proveDocument(path, { expect: ['AUTH.user'] })
  await t.rejects(proveDocument(path, { expect: ['auth.User', 'empty', 'gone'] }), {
    code: 'verify-failed',
    message: 'the document has no records of empty, gone',
  })
})

t.test('what a consumer leaves unread is read and judged at the end', async (t) => {
  const bytes = await documentOf({ ...small, chunkLines: 1 })
  const reading = await openDocument(await saved(bytes), { workFolder })
  for await (const { chunks } of reading.models()) {
    for await (const { records } of chunks) {
      t.equal(records, 3)
      break
    }
    break
  }
  t.equal((await reading.end()).summary.records, 3)
  await reading.close()
  await reading.close()
})

t.test('other layouts give the same records, and leave nothing behind', async (t) => {
  const bytes = await documentOf(small)
  const text = bytes.toString()
  const want = (await read(bytes)).models
  const escaped = text
    .replaceAll('/', '\\/')
    .replaceAll('d', '\\u0064')
    .replaceAll('😀', '\\uD83D\\uDE00')
  const layouts: Record<string, Buffer | string> = {
    'with CRLF': text.replaceAll('\n', '\r\n'),
    'with a byte order mark': `\ufeff${text}`,
    'in one line': text.replaceAll('\n', ''),
    'with escapes': escaped,
    'packed, in one line': gzipSync(text.replaceAll('\n', '')),
    'with more members': text.replace('"schema":[', '"later":{"deep":[[[{}]]]},\n "schema":['),
    'without line breaks between elements': text.replaceAll(',\n', ','),
  }
  for (const [name, layout] of Object.entries(layouts)) {
    const found = await read(layout)
    t.equal(found.canonical, false, name)
    t.same(found.models, want, name)
    t.same(found.end.unproved, [], name)
  }
  t.same(await readdir(workFolder), [])
})

t.test('a member that we do not know is read over in our own layout too', async (t) => {
  const text = (await documentOf(small)).toString()
  const more = text.replace('"sample":true,', '"sample":true,\n"later":[1.50],')
  await t.rejects(read(more), { code: 'document-altered', message: /header/ })
})

const noPython = has('python3') ? false : 'there is no python3 here'
t.test('Python, sorting and indenting, gives the same records', { skip: noPython }, async (t) => {
  const bytes = await documentOf(small)
  const want = await read(bytes)
  for (const args of [[], ['--sort-keys'], ['--compact'], ['--sort-keys', '--no-ensure-ascii']]) {
    const anew = execFileSync('python3', ['-m', 'json.tool', ...args], { input: bytes })
    const found = await read(anew)
    t.equal(found.canonical, false)
    t.same(found.models, want.models, args.join(' '))
    t.same(found.end, { ...want.end, sha256: null, unproved: [] })
  }
})

t.test('jq and JavaScript, which spell reals anew, leave the digests to the values', async (t) => {
  const bytes = await documentOf(small)
  const want = await read(bytes)
  const byJs = await read(JSON.stringify(JSON.parse(bytes.toString()), null, 2))
  t.same(
    byJs.models.map(named),
    want.models.map(named).map((m) => JSON.parse(JSON.stringify(m))),
  )
  t.same(byJs.end.unproved, ['auth.User'])
  t.equal(byJs.end.contentSha256, want.end.contentSha256)
  if (!has('jq')) return
  const byJq = await read(execFileSync('jq', ['-S', '.'], { input: bytes }))
  t.same(byJq.models.map(named), want.models.map(named))
})

t.test('columns are found in the SQL of tables, however odd', (t) => {
  const of = (sql: string, columns: string[]): boolean => t.same(columnsIn(sql), columns, sql)
  of('CREATE TABLE t(a, b INT)', ['a', 'b'])
  of('CREATE TABLE "t(x," ( -- c,\n "a""b" int DEFAULT (1,2), [c d] /* , */, `e`, \'f\')', [
    'a"b',
    'c d',
    'e',
    'f',
  ])
  of('CREATE TABLE t(é, 😀 CHECK (é > ")"), PRIMARY KEY (é)) WITHOUT ROWID', ['é', '😀', 'PRIMARY'])
  of('not sql', [])
  t.end()
})

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import t from 'tap'
import type { OnProgress } from '../../src/core/progress.js'
import type {
  ChosenDatabase,
  ExportInput,
  ExportResult,
  JobTypes,
  RestoreInput,
  RestoreResult,
} from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { sampleModelNames } from '../../src/sample/sample-model-names.js'
import { writeSample } from '../../src/sample/write-sample.js'
import { writeDocument } from '../../src/documents/write-document.js'
import { facts, header, snapshotOf, table } from '../documents/snapshots.js'
import { compareExactly } from '../support/compare/compare-exactly.js'

const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

function database(path: string, excludeRows: string[] = []): ChosenDatabase {
  const address = { engine: 'sqlite', path, shown: path } as const
  return { name: 'database', label: '', address, modelNames: [...sampleModelNames], excludeRows }
}

function exportTo(
  path: string,
  file: string,
  options: Partial<ExportInput> = {},
): Promise<ExportResult> {
  const input = { format: 'json', verify: false, sample: false, at, busyTimeoutMs: 1000 } as const
  return runHere('export', { database: database(path), file, ...input, ...options }, context)
}

function restore(
  file: string,
  path: string,
  options: Partial<RestoreInput> = {},
): Promise<RestoreResult> {
  const input = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000 } as const
  return runHere('restore', { file, target: database(path), ...input, ...options }, context)
}

function verify(file: string, folder: string): Promise<JobTypes['verify']['result']> {
  return runHere('verify', { file, expect: [], workFolder: folder }, context)
}

function change(path: string, sql: string): void {
  const db = new Database(path)
  db.pragma('foreign_keys = off')
  db.exec(sql)
  db.close()
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

async function sampleIn(folder: string): Promise<string> {
  const path = join(folder, 'db.sqlite3')
  await writeSample(path)
  return path
}

const changed = ({ changes }: RestoreResult): unknown =>
  changes
    .filter(({ added, changed, removed }) => added || changed || removed)
    .map(({ model, added, changed, removed }) => [model, added, changed, removed])

t.test('a restore tells one phase after another, and how far each has come', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'backup.json')
  await exportTo(await sampleIn(folder), file)
  const phases: string[] = []
  const onProgress: OnProgress = ({ phase, bytes, total }) => {
    if (phases.at(-1) !== phase) phases.push(phase)
    if (phase === 'loading') t.ok(total !== undefined && bytes !== undefined && bytes <= total)
  }
  const target = database(join(folder, 'restored.sqlite3'))
  const input = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000 } as const
  await runHere('restore', { file, target, ...input }, { ...context, onProgress })
  t.same(phases, ['starting', 'loading', 'indexing', 'verifying'])
})

t.test('a database that is lost comes back whole, from the document', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'backup.json')
  const { verified } = await exportTo(path, file, { verify: true })
  t.equal(verified, 'snapshot')
  const target = join(folder, 'restored.sqlite3')
  const result = await restore(file, target)
  t.match(result, { mode: 'replace', created: true, safetyCopy: null })
  t.same(compareExactly(path, target), [])
})

t.test('a second export of what was restored has the same content and bytes', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const first = await exportTo(path, join(folder, 'a.json'))
  await restore(join(folder, 'a.json'), join(folder, 'b.sqlite3'))
  const second = await exportTo(join(folder, 'b.sqlite3'), join(folder, 'b.json'))
  t.equal(second.contentSha256, first.contentSha256)
  const of = (name: string): string[] => readFileSync(join(folder, name), 'utf8').split('\n')
  const [a, b] = [of('a.json'), of('b.json')]
  const differing = a.flatMap((line, index) => (line === b[index] ? [] : [line.slice(0, 9)]))
  t.strictSame(differing, ['"database', '"sha256":'], 'its place, and the digest over it')
  t.equal(first.identity.schema_sha256, second.identity.schema_sha256)
  t.not(first.identity.fingerprint, second.identity.fingerprint)
})

t.test('what is restored into production says where it comes from', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'a.json')
  await exportTo(path, file, { database: { ...database(path), label: 'dev' } })
  const warnings = async (to: string, label: string): Promise<readonly string[]> => {
    const target = { ...database(to), name: 'shop', label }
    return (await restore(file, to, { target })).warnings
  }
  t.strictSame(await warnings(join(folder, 'b.sqlite3'), 'staging'), [])
  t.match(await warnings(join(folder, 'b.sqlite3'), 'Production'), [
    'shop is production, and the backup is labelled dev',
    /is of another database than shop, .* named database/,
  ])
  t.match(await warnings(path, 'prod'), [/labelled dev/], 'of the same place')
  t.equal((await warnings(path, 'prod')).length, 1)
})

t.test('a replace makes a changed database what it was, and undo takes that back', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'backup.json')
  await exportTo(path, file)
  const old = join(folder, 'old.sqlite3')
  await restore(file, old)
  change(
    path,
    `DELETE FROM calendarEditor_queueentry WHERE id < 100; CREATE TABLE later (x);
     UPDATE auth_user SET first_name = 'Other' WHERE id = 1`,
  )
  const before = join(folder, 'before.sqlite3')
  writeFileSync(before, readFileSync(path))
  const planned = await restore(file, path, { dryRun: true })
  t.same(changed(planned), [
    ['auth.User', 0, 1, 0],
    ['calendarEditor.QueueEntry', 88, 0, 0],
  ])
  t.same(compareExactly(before, path), [], 'a dry run changes nothing')
  const { safetyCopy } = await restore(file, path)
  t.same(compareExactly(old, path), [])
  t.ok(safetyCopy !== null && existsSync(safetyCopy))
  const undone = await runHere(
    'undo',
    { target: database(path), at: '2026-11-22T00:18:00.000Z', deadlineMs: 5000 },
    context,
  )
  t.equal(undone.restoredFrom, safetyCopy)
  t.same(compareExactly(before, path), [])
})

t.test('chosen models come back alone, into the schema of the target', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'backup.json')
  await exportTo(path, file)
  const whole = join(folder, 'whole.sqlite3')
  await restore(file, whole)
  change(
    path,
    `DELETE FROM calendarEditor_notification; UPDATE auth_user SET first_name = 'Other' WHERE id = 1;
     ALTER TABLE calendarEditor_notification ADD COLUMN later TEXT DEFAULT 'new'`,
  )
  const result = await restore(file, path, { only: ['calendareditor.notification'] })
  t.match(result, { mode: 'data-only', created: false })
  const db = new Database(path)
  const count = db.prepare('SELECT count(*), max(later) FROM calendarEditor_notification').raw()
  t.same(count.get(), [1300, 'new'])
  const name = db.prepare('SELECT first_name FROM auth_user WHERE id = 1').pluck().get()
  t.equal(name, 'Other', 'what was not chosen stays')
  db.close()
  await t.rejects(restore(file, path, { only: ['auth.Nobody'] }), { code: 'model-unknown' })
})

t.test('a document of chosen models merges, and is never taken for a whole', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'users.json')
  const { models } = await exportTo(path, file, { models: ['auth.user', 'auth.Group'] })
  t.same(
    models.map(({ model }) => model),
    ['auth.Group', 'auth.User'],
  )
  change(
    path,
    `UPDATE auth_user SET first_name = 'Other' WHERE id = 1;
     INSERT INTO auth_group (id, name) VALUES (99, 'newcomers')`,
  )
  const digest = digestOf(path)
  await t.rejects(restore(file, path, { mode: 'replace' }), { code: 'document-partial' })
  await t.rejects(restore(file, join(folder, 'none.sqlite3')), { code: 'database-not-found' })
  t.equal(digestOf(path), digest)
  t.same(changed(await restore(file, path, { mode: 'merge', dryRun: true })), [
    ['auth.User', 0, 1, 0],
  ])
  await restore(file, path, { mode: 'merge' })
  const db = new Database(path, { readonly: true })
  t.equal(db.prepare('SELECT count(*) FROM auth_group WHERE id = 99').pluck().get(), 1)
  t.not(db.prepare('SELECT first_name FROM auth_user WHERE id = 1').pluck().get(), 'Other')
  db.close()
})

t.test('rows whose parents the backup does not hold are refused where they dangle', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'entries.json')
  await exportTo(path, file, { models: ['calendarEditor.QueueEntry'] })
  change(path, 'DELETE FROM auth_user; DELETE FROM calendarEditor_queueentry')
  const digest = digestOf(path)
  for (const mode of ['data-only', 'merge'] as const)
    for (const dryRun of [true, false])
      await t.rejects(restore(file, path, { mode, dryRun }), {
        code: 'restore-refused',
        message: /auth_user/,
      })
  t.equal(digestOf(path), digest)
})

t.test('rows whose parents were excluded are refused where they dangle', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'backup.json')
  await exportTo(path, file, { database: database(path, ['auth.User']) })
  change(path, 'DELETE FROM auth_user; DELETE FROM calendarEditor_queueentry')
  const digest = digestOf(path)
  await t.rejects(restore(file, path, { only: ['calendarEditor.QueueEntry'] }), {
    code: 'restore-refused',
    message: /auth_user/,
  })
  t.equal(digestOf(path), digest)
})

t.test('rows that dangled in the backup itself come back, also without any parent', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  change(
    path,
    `DELETE FROM auth_user; CREATE TABLE leftover (p REFERENCES auth_user__old(id));
     INSERT INTO leftover VALUES (1)`,
  )
  const file = join(folder, 'backup.json')
  await exportTo(path, file)
  change(path, 'DELETE FROM calendarEditor_queueentry; DELETE FROM leftover')
  await restore(file, path, { mode: 'data-only' })
  const db = new Database(path, { readonly: true })
  t.not(db.prepare('SELECT count(*) FROM calendarEditor_queueentry').pluck().get(), 0)
  t.equal(db.prepare('SELECT count(*) FROM leftover').pluck().get(), 1)
  db.close()
})

t.test('a part of a healthy database is not said to have keys that lead nowhere', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const part = join(folder, 'part.json')
  const excluding = join(folder, 'excluding.json')
  const models = ['calendarEditor.QueueEntry']
  t.same((await exportTo(path, part, { models })).warnings, [])
  const users = database(path, ['auth.User'])
  t.same((await exportTo(path, excluding, { database: users })).warnings, [])
  for (const file of [part, excluding]) {
    t.same((await verify(file, folder)).warnings, [])
    t.same((await restore(file, path, { mode: 'merge' })).warnings, [])
  }
  change(path, 'DELETE FROM auth_user')
  const { warnings } = await exportTo(path, join(folder, 'broken.json'), { models })
  t.match(warnings, [/QueueEntry: [1-9].* lead nowhere in the database itself/])
  t.same((await verify(join(folder, 'broken.json'), folder)).warnings, warnings)
})

t.test('native copies restore, plain and gzip, whatever their names', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const copy = join(folder, 'copy.json')
  const { verified, models } = await exportTo(path, copy, { format: 'sqlite', verify: true })
  t.equal(verified, 'snapshot')
  t.match(models[0], { model: String, records: Number })
  writeFileSync(join(folder, 'copy.bin'), gzipSync(readFileSync(copy)))
  for (const [number, name] of ['copy.json', 'copy.bin'].entries()) {
    const target = join(folder, `native${number}.sqlite3`)
    await restore(join(folder, name), target)
    t.same(compareExactly(path, target), [], name)
    t.match(await verify(join(folder, name), folder), { format: 'sqlite', verified: 'pages' })
  }
})

t.test('a native copy into a live WAL target takes over its page size', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'source.sqlite3')
  change(path, `PRAGMA page_size = 1024; CREATE TABLE a (x); INSERT INTO a VALUES (1), (2)`)
  const copy = join(folder, 'copy.db')
  await exportTo(path, copy, { format: 'sqlite' })
  const target = join(folder, 'target.sqlite3')
  change(target, `PRAGMA page_size = 8192; PRAGMA journal_mode = wal; CREATE TABLE b (y)`)
  await restore(copy, target)
  const db = new Database(target)
  t.same(db.prepare('SELECT x FROM a').pluck().all(), [1, 2])
  t.equal(db.pragma('page_size', { simple: true }), 8192)
  t.equal(db.pragma('journal_mode', { simple: true }), 'wal')
  db.close()
})

t.test('what no document can carry is refused by name, and its native copy restores', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'odd.sqlite3')
  change(
    path,
    `CREATE TABLE word (id INTEGER PRIMARY KEY, w TEXT); INSERT INTO word VALUES (1, 'a')`,
  )
  const db = new Database(path)
  db.unsafeMode(true)
  db.exec('PRAGMA writable_schema = on')
  db.exec('CREATE INDEX by_word ON word (w)')
  db.prepare(`UPDATE sqlite_schema SET sql = ? WHERE name = 'by_word'`).run(
    'CREATE INDEX by_word ON word (w COLLATE klingon)',
  )
  db.close()
  const refusal = await exportTo(path, join(folder, 'out.json')).catch((error: unknown) => error)
  t.match(refusal, { code: 'cannot-carry', message: /by_word/, hint: /--format sqlite/ })
  t.notOk(existsSync(join(folder, 'out.json')))
  const copy = join(folder, 'copy.db')
  await exportTo(path, copy, { format: 'sqlite' })
  const target = join(folder, 'target.sqlite3')
  await restore(copy, target)
  const restored = new Database(target)
  t.equal(restored.prepare('SELECT w FROM word').pluck().get(), 'a')
  restored.close()
})

t.test('models whose rows are excluded come back empty, and every hand says so', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'backup.json')
  const exported = await exportTo(path, file, {
    database: database(path, ['sessions.Session']),
    verify: true,
  })
  t.same(exported.excludedRows, ['sessions.Session'])
  t.match(readFileSync(file, 'utf8'), '"excluded_rows":["sessions.Session"]')
  const target = join(folder, 'target.sqlite3')
  t.same((await restore(file, target)).excludedRows, ['sessions.Session'])
  const db = new Database(target)
  t.equal(db.prepare('SELECT count(*) FROM django_session').pluck().get(), 0)
  db.close()
  const result = await restore(file, path, { mode: 'data-only' })
  const live = new Database(path)
  t.equal(live.prepare('SELECT count(*) FROM django_session').pluck().get(), 40)
  live.close()
  t.equal(result.mode, 'data-only')
})

t.test('an export never touches a file that is there already', async (t) => {
  const folder = t.testdir({ 'mine.json': 'mine' })
  const path = await sampleIn(folder)
  await t.rejects(exportTo(path, join(folder, 'mine.json')), { code: 'usage' })
  t.equal(readFileSync(join(folder, 'mine.json'), 'utf8'), 'mine')
})

t.test('files that are no backup end in a named error, and nothing is made', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const whole = join(folder, 'backup.json')
  await exportTo(path, whole)
  const document = readFileSync(whole)
  const cases: [string, Buffer | string, string][] = [
    ['nothing', '', 'document-truncated'],
    ['page.html', '<!doctype html><title>Log in</title>', 'format-unknown'],
    ['half', document.subarray(0, document.length / 2), 'document-truncated'],
    ['half.gz', gzipSync(document).subarray(0, 40_000), 'document-truncated'],
    [
      'altered',
      document.toString().replace('"Ada"', '"Eve"').replace(/cryo/i, 'xryo'),
      'document-altered',
    ],
    ['later', document.toString().replace('"octavo":1,', '"octavo":2,'), 'document-version'],
    ['age', 'age-encryption.org/v1\n-> X25519 abc\n', 'format-unknown'],
    ['number', '42', 'format-unknown'],
  ]
  for (const [name, content, code] of cases) {
    const file = join(folder, name)
    writeFileSync(file, content)
    const target = join(folder, 'target.sqlite3')
    await t.rejects(restore(file, target), { code }, name)
    await t.rejects(verify(file, folder), { code }, name)
    t.notOk(existsSync(target))
  }
  t.same(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
    'no work folder is left',
  )
})

t.test('a damaged native file never displaces a database', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const damaged = readFileSync(path)
  for (let page = 20; page < 120; page += 7) damaged.fill(0x5a, page * 4096 + 8, page * 4096 + 600)
  const file = join(folder, 'damaged.db')
  writeFileSync(file, damaged)
  const digest = digestOf(path)
  await t.rejects(restore(file, path), { code: 'database-damaged' })
  t.equal(digestOf(path), digest)
})

t.test('inspect and diff read documents, native files and live databases', async (t) => {
  const folder = t.testdir()
  const path = await sampleIn(folder)
  const file = join(folder, 'backup.json')
  const exported = await exportTo(path, file)
  const inspected = await runHere('inspect', { file, workFolder: folder }, context)
  t.match(inspected, { format: 'json', records: exported.records, compressed: false })
  const copy = join(folder, 'copy.db')
  await exportTo(path, copy, { format: 'sqlite' })
  t.equal(
    (await runHere('inspect', { file: copy, workFolder: folder }, context)).records,
    exported.records,
  )
  change(
    path,
    `DELETE FROM auth_group WHERE id = 1; UPDATE auth_user SET last_name = 'X' WHERE id = 2`,
  )
  const result = await runHere(
    'diff',
    {
      a: { kind: 'file', file },
      b: { kind: 'database', database: database(path) },
      workFolder: folder,
      show: 5,
      at,
      busyTimeoutMs: 1000,
    },
    context,
  )
  t.equal(result.equal, false)
  const models = result.models.filter((found) => found.added + found.changed + found.removed > 0)
  t.match(models, [
    { model: 'auth.Group', added: 0, changed: 0, removed: 1 },
    { model: 'auth.User', added: 0, changed: 1, removed: 0 },
  ])
  t.match(models[1]?.shown[0]?.b, '"last_name":"X"')
})

t.test('a document of another version of SQLite is judged by its values', async (t) => {
  const folder = t.testdir()
  const version = new Database(':memory:')
    .prepare('SELECT sqlite_version()')
    .pluck()
    .get() as string
  const sql = 'CREATE TABLE reading (id INTEGER PRIMARY KEY, value)'
  const line = (value: string): string => `{"model":"reading","pk":1,"fields":{"value":${value}}}`
  const write = async (name: string, engineVersion: string, value: string): Promise<string> => {
    const known = { ...facts, engine_version: engineVersion }
    const file = join(folder, name)
    const pieces: Buffer[] = []
    const snapshot = {
      ...snapshotOf({
        header,
        schema: [table('reading', sql)],
        sequences: [],
        models: [['reading', [line(value)]]],
      }),
      facts: known,
    }
    const database = { ...header.database, ...known }
    await writeDocument({
      header: { ...header, database },
      snapshot,
      sink: { write: (bytes) => void pieces.push(bytes) },
    })
    writeFileSync(file, Buffer.concat(pieces))
    return file
  }
  const other = await write('other.json', '3.45.1', '1.50e-1')
  const target = join(folder, 'target.sqlite3')
  await restore(other, target)
  const db = new Database(target, { readonly: true })
  t.same(db.prepare('SELECT value, typeof(value) FROM reading').raw().get(), [0.15, 'real'])
  db.close()
  const pretty = join(folder, 'pretty.json')
  const changed = readFileSync(other, 'utf8').replace('1.50e-1', '0.25')
  writeFileSync(pretty, JSON.stringify(JSON.parse(changed), null, 2))
  await t.rejects(restore(pretty, join(folder, 'no.sqlite3')), { code: 'document-altered' })
  const same = await write('same.json', version, '1.50e-1')
  await t.rejects(restore(same, join(folder, 'no.sqlite3')), { code: 'verify-failed' })
  t.notOk(existsSync(join(folder, 'no.sqlite3')))
})

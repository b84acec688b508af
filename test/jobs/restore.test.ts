import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
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

function readAll(path: string, sql: string): unknown[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare(sql).raw().all()
  } finally {
    db.close()
  }
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

const shop = `
  CREATE TABLE country(code TEXT PRIMARY KEY, capital INTEGER REFERENCES town(id))
    WITHOUT ROWID;
  CREATE TABLE town(id INTEGER PRIMARY KEY, country TEXT REFERENCES country, name TEXT);
  CREATE TABLE person(id INTEGER PRIMARY KEY, email TEXT UNIQUE, boss INTEGER REFERENCES person,
    town INTEGER REFERENCES town);
  CREATE TABLE item(maker TEXT, number INTEGER, made_by TEXT REFERENCES person(email),
    PRIMARY KEY (maker, number)) WITHOUT ROWID;
  CREATE TABLE line(id INTEGER PRIMARY KEY AUTOINCREMENT, maker TEXT, number INTEGER, flag BOOL,
    FOREIGN KEY (maker, number) REFERENCES item(maker, number));
  CREATE TABLE loose(note TEXT, person TEXT REFERENCES person(id));
  CREATE TABLE nameless(rowid, oid, _rowid_);
  CREATE INDEX line_item ON line(maker, number);
  CREATE VIEW names AS SELECT name FROM town;
  INSERT INTO country VALUES ('is', 1), ('pt', 2);
  INSERT INTO town VALUES (1, 'is', 'Reykjavík'), (2, 'pt', 'Lisboa'), (3, 'pt', 'Porto');
  INSERT INTO person VALUES (1, 'ada@x', 1, 1), (2, 'bob@x', 1, 2), (3, 'cat@x', 2, NULL), (4, 'dan@x', 3, 3);
  INSERT INTO item VALUES ('acme', 1, 'cat@x'), ('acme', 2, 'ada@x'), ('bolt', 1, NULL);
  INSERT INTO line VALUES (1, 'acme', 1, 1), (2, 'acme', 2, 0), (3, 'acme', NULL, NULL), (4, 'gone', 9, 1);
  INSERT INTO loose VALUES ('one', '3'), ('two', NULL);
  INSERT INTO nameless VALUES (1, 2, 3);
  CREATE TRIGGER no_more AFTER INSERT ON person BEGIN DELETE FROM loose; END;`

async function shopLab(t: Test) {
  const folder = t.testdir()
  const path = join(folder, 'shop.sqlite3')
  change(path, shop)
  const file = join(folder, 'shop.json')
  await exportTo(path, file)
  const whole = join(folder, 'whole.sqlite3')
  writeFileSync(whole, readFileSync(path))
  /** What a restore of these records, written as `model key`, adds, changes and brings along. */
  const pick = async (records: readonly string[], more: Partial<RestoreInput> = {}) => {
    const named = records.map((record) => {
      const [, model = '', key = ''] = /^(\w+) (.*)$/s.exec(record) ?? []
      return { model, key }
    })
    const from = more.file ?? file
    const dry = await restore(from, path, { records: named, ...more, dryRun: true })
    const done = await restore(from, path, { records: named, ...more })
    t.same(dry.changes, done.changes, 'a dry run says what is done')
    t.same(dry.parents, done.parents)
    t.ok(done.safetyCopy !== null && existsSync(done.safetyCopy))
    const parents = done.parents?.map(({ model, key }) => `${model} ${key}`).toSorted()
    return { changed: changed(done), parents, warnings: done.warnings }
  }
  return { folder, path, file, whole, pick, damage: (sql: string) => change(path, sql) }
}

t.test(
  'a record comes back with the parents that are gone, and nothing else changes',
  async (t) => {
    const { path, whole, pick, damage } = await shopLab(t)
    damage(
      `DELETE FROM line WHERE id IN (1, 3); DELETE FROM item; DELETE FROM country; DELETE FROM town WHERE id = 2;
     DELETE FROM person WHERE id <> 4; UPDATE person SET email = 'new@x' WHERE id = 4;
     UPDATE town SET name = 'other' WHERE id = 1`,
    )
    const { changed: made, parents, warnings } = await pick(['line 1'])
    // 3 leads to its boss 2, that one to 1, who is her own; the town 1 is there, so nobody asks for its country.
    t.strictSame(parents, [
      'country "pt"',
      'item ["acme",1]',
      'person 1',
      'person 2',
      'person 3',
      'town 2',
    ])
    t.same(made, [
      ['country', 1, 0, 0],
      ['town', 1, 0, 0],
      ['person', 3, 0, 0],
      ['item', 1, 0, 0],
      ['line', 1, 0, 0],
    ])
    t.strictSame(warnings, [])
    damage(`INSERT INTO country SELECT 'is', 1; UPDATE person SET email = 'dan@x' WHERE id = 4;
    UPDATE town SET name = 'Reykjavík' WHERE id = 1; INSERT INTO line VALUES (3, 'acme', NULL, NULL);
    INSERT INTO item VALUES ('acme', 2, 'ada@x'), ('bolt', 1, NULL)`)
    t.same(compareExactly(whole, path), [], 'its rows, triggers and sequences are as they were')
  },
)

t.test('picked records are overwritten, their parents are not', async (t) => {
  const { path, pick, damage } = await shopLab(t)
  damage(
    `UPDATE person SET town = NULL; UPDATE item SET made_by = NULL; UPDATE line SET flag = NULL`,
  )
  const { changed: made, parents } = await pick(['ITEM [ "acme", 1 ]', 'line 2', 'person 3'])
  t.strictSame(parents, [])
  t.same(made, [
    ['item', 0, 1, 0],
    ['line', 0, 1, 0],
  ])
  t.strictSame(
    readAll(path, 'SELECT made_by FROM item UNION ALL SELECT flag FROM line ORDER BY 1'),
    [[null], [null], [null], [null], [null], [0], ['cat@x']],
  )
})

t.test('records without a key are named by their rowid, texts need no quotes', async (t) => {
  const { path, whole, pick, damage } = await shopLab(t)
  damage(`DELETE FROM loose WHERE rowid = 1; DELETE FROM person WHERE id > 2; DELETE FROM country`)
  const { parents } = await pick(['loose {"rowid":1}', 'country is', 'country "pt"', 'person 4'])
  t.strictSame(parents, ['person 3'], 'the text "3" leads to the number 3')
  t.same(compareExactly(whole, path), [])
})

t.test('native copies give records back, too', async (t) => {
  const { path, whole, pick, damage } = await shopLab(t)
  damage('DELETE FROM line WHERE id = 2; DELETE FROM item')
  t.strictSame((await pick(['line 2'], { file: whole })).parents, ['item ["acme",2]'])
  t.strictSame(readAll(path, 'SELECT number FROM item'), [[2]])
})

t.test(
  'a parent that the backup has not either is told, and refused where it is a mistake',
  async (t) => {
    const { path, folder, file, whole, pick, damage } = await shopLab(t)
    damage('DELETE FROM line WHERE id = 4')
    const { warnings, parents } = await pick(['line 4'])
    t.strictSame(warnings, [
      'line 4 refers to a record of item that neither the backup nor the target has',
    ])
    t.strictSame(parents, [])
    t.same(compareExactly(whole, path), [], 'it dangles as it did')

    const partial = join(folder, 'partial.json')
    await exportTo(path, partial, { models: ['line'] })
    damage('DELETE FROM line; DELETE FROM item')
    const before = digestOf(path)
    for (const dryRun of [true, false]) {
      const more = { records: [{ model: 'line', key: '1' }], dryRun }
      await t.rejects(restore(partial, path, more), {
        code: 'restore-refused',
        message: /^1 rows would refer to rows that are not there: line 1 → item/,
      })
    }
    damage("INSERT INTO item VALUES ('acme', 1, NULL)")
    t.same((await restore(partial, path, { records: [{ model: 'line', key: '1' }] })).parents, [])

    const folded = join(folder, 'folded.sqlite3')
    change(
      folded,
      `CREATE TABLE parent(name TEXT PRIMARY KEY COLLATE NOCASE); INSERT INTO parent VALUES ('A');
     CREATE TABLE child(id INTEGER PRIMARY KEY, parent TEXT REFERENCES parent); INSERT INTO child VALUES (1, 'a')`,
    )
    const more = { records: [{ model: 'child', key: '1' }], target: database(folded) }
    await t.rejects(restore(folded, folded, more), {
      code: 'restore-refused',
      message: /the record of parent that child 1 refers to was not found by its value/,
    })
    t.ok(before !== digestOf(path) && existsSync(file))
  },
)

t.test('what can not be picked is refused by name, and nothing is changed', async (t) => {
  const { path, file, folder } = await shopLab(t)
  const fixture = join(folder, 'fixture.json')
  writeFileSync(fixture, '[{"model": "town", "pk": 1, "fields": {}}]')
  const before = digestOf(path)
  const files = readdirSync(folder).length
  const line = /^\{"model":"nameless".*?\}\}/m.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
  const nameless = `{"sha256":"${createHash('sha256').update(line).digest('hex')}"}`
  const cases: [string, string, Partial<RestoreInput>, { code: string; message?: RegExp }][] = [
    ['line', '9', {}, { code: 'not-found', message: /the backup has no record 9 of line/ }],
    ['line', '1.0', {}, { code: 'not-found' }],
    ['country', 'IS', {}, { code: 'not-found' }],
    ['nobody', '1', {}, { code: 'model-unknown', message: /the backup has no model nobody/ }],
    ['nameless', nameless, {}, { code: 'restore-refused', message: /no key tells nameless/ }],
    ['line', '1', { mode: 'replace' }, { code: 'usage' }],
    ['line', '1', { only: ['line'] }, { code: 'usage' }],
    ['town', '1', { file: fixture }, { code: 'restore-refused', message: /fixture/ }],
  ]
  for (const [model, key, more, expected] of cases)
    await t.rejects(restore(file, path, { records: [{ model, key }], ...more }), expected, key)
  const records = [
    { model: 'line', key: '1' },
    { model: 'line', key: '77' },
  ]
  await t.rejects(restore(file, path, { records }), { code: 'not-found', message: /77 of line$/ })
  t.equal(digestOf(path), before)
  t.equal(readdirSync(folder).length, files, 'nothing is left beside it')
})

t.test('who writes to the target while parents are looked for is not overwritten', async (t) => {
  const { path, file } = await shopLab(t)
  change(path, 'DELETE FROM line; DELETE FROM item; DELETE FROM person WHERE id = 3')
  let written = false
  const onProgress: OnProgress = ({ phase }) => {
    if (phase !== 'loading' || written) return
    written = true
    change(path, "INSERT INTO item VALUES ('acme', 1, 'mine@x')")
  }
  const input = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000 } as const
  const more = { file, target: database(path), records: [{ model: 'line', key: '1' }] }
  const { parents } = await runHere('restore', { ...input, ...more }, { ...context, onProgress })
  t.ok(written)
  t.same(parents, [])
  t.strictSame(readAll(path, 'SELECT made_by FROM item'), [['mine@x']])
  t.strictSame(readAll(path, 'SELECT id FROM person WHERE id = 3'), [])
})

import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { OctavoError } from '../../../src/core/errors.js'
import { freeSpace } from '../../../src/core/files/free-space.js'
import { rehearseTransfer } from '../../../src/engines/sqlite/apply/rehearse-transfer.js'
import { transferRows } from '../../../src/engines/sqlite/apply/transfer-rows.js'
import { makePair, named, rows, type TransferPair, whole } from './transfer-pair.js'

type Mode = 'data-only' | 'merge'

function taskOf({ prepared, target }: TransferPair, mode: Mode, only?: string) {
  const models = named(prepared).filter(({ model }) => only === undefined || model === only)
  return {
    prepared,
    target,
    mode,
    models,
    targetModels: named(target),
    extent: whole,
    deadlineMs: 2000,
  }
}

function rehearse(pair: TransferPair, mode: Mode, only?: string) {
  const workFolder = join(dirname(pair.target), 'work')
  mkdirSync(workFolder, { recursive: true })
  return rehearseTransfer({ ...taskOf(pair, mode, only), workFolder })
}

function bytesOf(target: string): unknown[] {
  return ['', '-wal', '-journal'].map((suffix) =>
    existsSync(target + suffix) ? readFileSync(target + suffix).toString('base64') : null,
  )
}

async function failureOf(doing: Promise<unknown>) {
  const error = await doing.then(
    () => null,
    (error: unknown) => error,
  )
  if (error === null || error instanceof OctavoError)
    return error && { code: error.code, message: error.message, hint: error.hint }
  throw error
}

const user = 'CREATE TABLE u(id INTEGER PRIMARY KEY, mail TEXT UNIQUE);'
const family = `CREATE TABLE parent(id INTEGER PRIMARY KEY); CREATE TABLE child(p REFERENCES parent(id));`
const refusals: readonly { what: string; prepared: string; target: string; only?: string }[] = [
  {
    what: 'a value that the target forbids',
    prepared: `${user} INSERT INTO u VALUES (1, 'b')`,
    target: "CREATE TABLE u(id INTEGER PRIMARY KEY, mail TEXT CHECK (mail <> 'b') UNIQUE)",
  },
  {
    what: 'a column that the target lacks',
    prepared: 'CREATE TABLE a(x, extra)',
    target: 'CREATE TABLE a(x)',
  },
  {
    what: 'a model that the target lacks',
    prepared: 'CREATE TABLE b(x)',
    target: 'CREATE TABLE a(x)',
  },
  {
    what: 'rows that would dangle',
    prepared: `${family} INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)`,
    target: family,
    only: 'child',
  },
  {
    what: 'another encoding',
    prepared: `PRAGMA encoding = 'UTF-16le'; ${user}`,
    target: user,
  },
]

for (const mode of ['data-only', 'merge'] as const)
  for (const { what, only, ...sql } of refusals)
    t.test(`${mode}: ${what} is refused in the dry run in the words of the restore`, async (t) => {
      const pair = makePair(t, sql)
      const bytes = bytesOf(pair.target)
      const rehearsed = await failureOf(rehearse(pair, mode, only))
      t.match(rehearsed, { code: 'restore-refused' })
      t.same(bytesOf(pair.target), bytes)
      const at = new Date('2026-11-22T00:17:00Z')
      t.same(await failureOf(transferRows({ ...taskOf(pair, mode, only), at })), rehearsed)
    })

t.test('merge: a row of the target with the same unique value refuses the dry run', async (t) => {
  const pair = makePair(t, {
    prepared: `${user} INSERT INTO u VALUES (1, 'b')`,
    target: `${user} INSERT INTO u VALUES (2, 'b')`,
  })
  await t.rejects(rehearse(pair, 'merge'), {
    code: 'restore-refused',
    message: /UNIQUE constraint failed: u\.mail/,
  })
  t.same(rows(pair.target, 'SELECT id FROM u'), [[2]])
})

for (const mode of ['data-only', 'merge'] as const)
  t.test(`${mode}: the dry run counts and warns as the restore does`, async (t) => {
    const sql = (word: string, number: number) => `
      CREATE VIRTUAL TABLE docs USING fts5(body); INSERT INTO docs VALUES ('${word}');
      CREATE TABLE django_migrations(id INTEGER PRIMARY KEY, app, name);
      INSERT INTO django_migrations VALUES (1, 'lab', '${word}');
      CREATE TABLE a(id INTEGER PRIMARY KEY, x); INSERT INTO a VALUES (1, '${word}'), (${number}, 0)`
    const pair = makePair(t, { prepared: sql('new', 2), target: sql('old', 3) })
    const rehearsed = await rehearse(pair, mode)
    t.same(rows(pair.target, 'SELECT x FROM a WHERE id = 1'), [['old']])
    const at = new Date('2026-11-22T00:17:00Z')
    const { changes, warnings } = await transferRows({ ...taskOf(pair, mode), at })
    t.same(rehearsed, { changes, warnings })
    t.ok(warnings.length > 0)
    const removed = mode === 'merge' ? 0 : 1
    t.match(
      changes.find(({ model }) => model === 'a'),
      { added: 1, changed: 1, removed },
    )
  })

t.test('a dry run reads a WAL database in use, with what is not in its file yet', async (t) => {
  const pair = makePair(t, {
    prepared: "CREATE TABLE a(id INTEGER PRIMARY KEY, x); INSERT INTO a VALUES (1, 'new')",
    target: 'PRAGMA journal_mode = wal; CREATE TABLE a(id INTEGER PRIMARY KEY, x)',
  })
  const app = new Database(pair.target)
  t.teardown(() => app.close())
  app.exec("INSERT INTO a VALUES (1, 'old'), (2, 'recent')")
  app.exec('BEGIN IMMEDIATE')
  const bytes = bytesOf(pair.target)
  t.not(bytes[1], null)
  const { changes } = await rehearse(pair, 'data-only')
  t.same(changes, [{ model: 'a', added: 0, changed: 1, removed: 1, records: 1 }])
  t.same(bytesOf(pair.target), bytes)
})

t.test('a dry run without room for a copy of the target says so and makes none', async (t) => {
  const pair = makePair(t, {
    prepared: 'CREATE TABLE a(x)',
    target: 'PRAGMA page_size = 65536; CREATE TABLE a(x)',
  })
  const task = taskOf(pair, 'merge')
  const pages = Math.ceil(((await freeSpace(pair.target)) * 1.2) / 65_536)
  truncateSync(pair.target, pages * 65_536)
  const file = openSync(pair.target, 'r+')
  const count = Buffer.alloc(4)
  count.writeUInt32BE(pages)
  writeSync(file, count, 0, 4, 28)
  closeSync(file)
  const workFolder = join(dirname(pair.target), 'work')
  mkdirSync(workFolder)
  await t.rejects(rehearseTransfer({ ...task, workFolder }), {
    code: 'space-short',
    message: /^the dry run needs/,
    // With the journal of its one transaction.
    details: { neededBytes: 2 * pages * 65_536 + statSync(pair.prepared).size },
  })
  t.notOk(existsSync(join(workFolder, 'rehearsal.sqlite3')))
})

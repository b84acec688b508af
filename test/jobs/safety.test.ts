import {
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import type { ChosenDatabase, RestoreInput, RestoreResult } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { allowedSilenceMs } from '../../src/jobs/wall/allowed-silence.js'

const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

function database(path: string): ChosenDatabase {
  const address = { engine: 'sqlite', path, shown: path } as const
  return { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
}

function restore(file: string, path: string, options: Partial<RestoreInput> = {}) {
  const input = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000, ...options }
  return runHere('restore', { file, target: database(path), ...input }, context)
}

function notes(path: string): unknown[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare('SELECT note FROM item ORDER BY id').pluck().all()
  } finally {
    db.close()
  }
}

/** A database, its backup, and a row that only the database has. */
async function withPreciousRow(folder: string): Promise<{ path: string; file: string }> {
  const path = join(folder, 'db.sqlite3')
  const file = join(folder, 'backup.json')
  const db = new Database(path)
  db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO item VALUES (1, 'a')`)
  const input = { format: 'json', verify: false, sample: false, at, busyTimeoutMs: 1000 } as const
  await runHere('export', { database: database(path), file, ...input }, context)
  db.exec(`INSERT INTO item VALUES (2, 'precious')`)
  db.close()
  return { path, file }
}

function copiesOf(path: string, ...instants: string[]): void {
  for (const instant of instants) {
    const db = new Database(`${path}.before-restore-${instant}.sqlite3`)
    db.exec('CREATE TABLE old (x)')
    db.close()
  }
}

const names = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.includes('.before-restore-'))

for (const mode of ['replace', 'data-only'] as const)
  t.test(`a clock that was set back costs no safety copy (${mode})`, async (t) => {
    const folder = t.testdir()
    const { path, file } = await withPreciousRow(folder)
    copiesOf(path, '2030-01-01_00-00-00', '2030-01-02_00-00-00', '2030-01-03_00-00-00')
    const { safetyCopy } = await restore(file, path, { mode })
    t.same(notes(path), ['a'])
    t.ok(safetyCopy !== null && existsSync(safetyCopy), 'the copy that is named is there')
    t.equal(names(folder).length, 3, 'the last three are kept')
    const undone = await runHere('undo', { target: database(path), at, deadlineMs: 5000 }, context)
    t.equal(undone.restoredFrom, safetyCopy)
    t.same(notes(path), ['a', 'precious'])
    t.ok(undone.safetyCopy !== null && existsSync(undone.safetyCopy))
  })

t.test('what can not be pruned fails no restore that is done', async (t) => {
  const folder = t.testdir()
  const { path, file } = await withPreciousRow(folder)
  mkdirSync(`${path}.before-restore-2020-01-01_00-00-00.sqlite3`)
  copiesOf(path, '2021-01-01_00-00-00', '2021-01-02_00-00-00', '2021-01-03_00-00-00')
  const { safetyCopy } = await restore(file, path, { mode: 'data-only' })
  t.same(notes(path), ['a'])
  t.same(notes(String(safetyCopy)), ['a', 'precious'])
  t.ok(
    existsSync(`${path}.before-restore-2020-01-01_00-00-00.sqlite3`),
    "a stranger's folder stays",
  )
})

t.test('a target behind a link is restored, kept and undone where it really is', async (t) => {
  const folder = t.testdir({ real: {}, links: {} })
  const { path, file } = await withPreciousRow(join(folder, 'real'))
  const link = join(folder, 'links', 'app.sqlite3')
  symlinkSync(path, link)
  const result: RestoreResult = await restore(file, link)
  t.match(result.safetyCopy, /real\/db\.sqlite3\.before-restore-/)
  t.same(readdirSync(join(folder, 'links')), ['app.sqlite3'])
  t.same(notes(path), ['a'])
  await runHere('undo', { target: database(link), at, deadlineMs: 5000 }, context)
  t.same(notes(path), ['a', 'precious'])
  const nowhere = join(folder, 'links', 'nowhere.sqlite3')
  symlinkSync(join(folder, 'gone.sqlite3'), nowhere)
  await t.rejects(restore(file, nowhere), { code: 'database-not-found', message: /link/ })
})

t.test('a job may be silent as long as its files and its deadline ask for', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'large.sqlite3')
  writeFileSync(file, '')
  truncateSync(file, 10_000_000_000)
  const small = await allowedSilenceMs({ file: join(folder, 'none') })
  t.ok(small <= 30_000, 'a small file that hangs is given up within seconds')
  t.ok((await allowedSilenceMs({ file })) > 3_600_000)
  t.ok((await allowedSilenceMs({ target: database(file) })) > 3_600_000)
  t.ok((await allowedSilenceMs({ deadlineMs: 3_600_000 })) > 3_600_000)
})

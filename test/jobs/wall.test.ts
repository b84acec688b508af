import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { ownProcessName } from '../../src/core/files/process-status.js'
import type { Progress } from '../../src/core/progress.js'
import type { ChosenDatabase } from '../../src/jobs/job-types.js'
import { runJob } from '../../src/jobs/wall/run-job.js'

function databaseAt(path: string): ChosenDatabase {
  const address = { engine: 'sqlite', path, shown: path } as const
  return { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
}

function exportInput(path: string, file: string) {
  const at = '2026-11-22T00:17:00.000Z'
  const database = databaseAt(path)
  const common = { database, format: 'json', verify: false, sample: false } as const
  return { ...common, at, file, busyTimeoutMs: 1000 }
}

function makeRows(path: string, rows: number): void {
  const db = new Database(path)
  db.pragma('journal_mode = wal')
  db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, note TEXT)')
  db.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO item SELECT i, hex(randomblob(50)) FROM n`,
  ).run(rows)
  db.close()
}

t.test('an error inside a job arrives as the error that it was, whatever its wall', async (t) => {
  const folder = t.testdir()
  for (const wall of ['thread', 'process', 'none'] as const) {
    const input = exportInput(join(folder, 'missing.sqlite3'), join(folder, 'out.json'))
    const failure = await runJob('export', input, { wall }).catch((error: unknown) => error)
    t.match(failure, { name: 'OctavoError', code: 'database-not-found', hint: /disk/ })
  }
  t.same(readdirSync(folder), [], 'nothing was created')
})

t.test('a job that is stopped ends as aborted and leaves no file', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'db.sqlite3')
  makeRows(path, 300_000)
  for (const wall of ['thread', 'process', 'none'] as const) {
    const stop = new AbortController()
    const seen: Progress[] = []
    const onProgress = (progress: Progress): void => {
      seen.push(progress)
      stop.abort()
    }
    const run = runJob('export', exportInput(path, join(folder, 'out.json')), {
      wall,
      signal: stop.signal,
      onProgress,
    })
    await t.rejects(run, { code: 'aborted' })
    t.ok(seen.length > 0, 'it was under way')
    t.same(
      readdirSync(folder).filter((name) => name !== 'db.sqlite3' && !/-(wal|shm)$/.test(name)),
      [],
    )
  }
  await t.rejects(
    runJob('export', exportInput(path, join(folder, 'out.json')), {
      wall: 'thread',
      signal: AbortSignal.abort(),
    }),
    { code: 'aborted' },
    'one that is stopped before it starts is not started',
  )
})

t.test('a file that keeps the engine busy without progress is given up', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'slow.sqlite3')
  const db = new Database(path)
  db.exec('CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1)')
  // integrity_check looks at every CHECK of every row: here for hours.
  const slow = "length(printf('%.*c', 9000000, 'x'))"
  db.exec(`CREATE TABLE b (id INTEGER PRIMARY KEY, c TEXT)`)
  db.unsafeMode(true)
  db.exec('PRAGMA writable_schema = on')
  db.prepare(`UPDATE sqlite_schema SET sql = ? WHERE name = 'b'`).run(
    `CREATE TABLE b (id INTEGER PRIMARY KEY, c TEXT, CHECK (${Array(40).fill(slow).join('+')} > 0))`,
  )
  db.exec('PRAGMA writable_schema = reset')
  db.exec('PRAGMA ignore_check_constraints = on')
  db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO b SELECT i, '' FROM n`,
  )
  db.close()
  const run = runJob(
    'verify',
    { file: path, expect: [], workFolder: folder },
    { wall: 'process', silenceMs: 3000 },
  )
  await t.rejects(run, { code: 'document-invalid', message: /without progress/ })
})

t.test('what a killed process leaves behind is removed by the next', async (t) => {
  const folder = t.testdir({
    '.octavo-work-0011223344556677': {
      'owner.json': JSON.stringify({ ...(await ownProcessName()), pid: 2 ** 22 + 1 }),
      'scratch.sqlite3': 'half',
    },
    '.octavo-work-8899aabbccddeeff': {
      'owner.json': '{"pid":1,"start":"","place":"another"}',
    },
  })
  const path = join(folder, 'db.sqlite3')
  makeRows(path, 10)
  await runJob('export', exportInput(path, join(folder, 'out.json')), { wall: 'thread' })
  const left = readdirSync(folder).filter((name) => name.startsWith('.octavo'))
  t.same(left, ['.octavo-work-8899aabbccddeeff'])
  writeFileSync(join(folder, 'done'), '')
})

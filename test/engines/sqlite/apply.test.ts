import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t from 'tap'
import { replaceDatabase } from '../../../src/engines/sqlite/apply/replace-database.js'
import { undoRestore } from '../../../src/engines/sqlite/apply/undo-restore.js'

const at = new Date('2026-11-22T00:17:00Z')

async function newFolder(t: { teardown(handler: () => unknown): unknown }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-apply-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function makeDatabase(path: string, sql: string): string {
  const db = new Database(path)
  db.exec(sql)
  db.close()
  return path
}

function valuesIn(path: string, sql: string): unknown[] {
  const db = new Database(path)
  try {
    return db.prepare(sql).pluck().all()
  } finally {
    db.close()
  }
}

function safetyCopies(target: string): string[] {
  return readdirSync(dirname(target)).filter((name) =>
    name.startsWith(`${basename(target)}.before-restore-`),
  )
}

/** Another process that runs SQL on a database, a line at a time, and answers each. */
class OtherProcess {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(path: string) {
    const script = `
      const Database = require('better-sqlite3')
      const db = new Database(${JSON.stringify(path)}, { timeout: 2000 })
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        try {
          const { sql, times = 1, everyMs } = JSON.parse(line)
          if (everyMs) { setInterval(() => { try { db.exec(sql) } catch {} }, everyMs); return console.log('"started"') }
          const statement = db.prepare(sql)
          console.log(JSON.stringify(statement.reader ? statement.pluck().all() : statement.run().changes))
        } catch (error) { console.log(JSON.stringify(String(error))) }
      })`
    this.#child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const { stdout } = this.#child
    if (stdout === null) throw new Error('no output')
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  async run(sql: string, everyMs?: number): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify({ sql, everyMs })}\n`)
    return JSON.parse(String((await this.#lines.next()).value))
  }

  async end(): Promise<void> {
    this.#child.kill()
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      await once(this.#child, 'exit')
  }
}

for (const mode of ['delete', 'wal']) {
  t.test(
    `a live target in ${mode} mode with another process at it is replaced whole, and undone`,
    async (t) => {
      const folder = await newFolder(t)
      const target = makeDatabase(
        join(folder, 'db.sqlite3'),
        `PRAGMA journal_mode=${mode}; CREATE TABLE t(a); INSERT INTO t VALUES('old')`,
      )
      const built = makeDatabase(
        join(folder, 'built'),
        "CREATE TABLE t(a); INSERT INTO t VALUES('new'); CREATE TABLE u(b)",
      )
      const other = new OtherProcess(target)
      t.teardown(() => other.end())
      t.same(await other.run('SELECT a FROM t'), ['old'])
      const replaced = await replaceDatabase({ built, target, at, deadlineMs: 5000 })
      t.match(replaced, { created: false, warnings: [] })
      t.equal(replaced.safetyCopy, `${target}.before-restore-2026-11-22_00-17-00.sqlite3`)
      t.equal(statSync(String(replaced.safetyCopy)).mode & 0o777, 0o600)
      t.same(await other.run('SELECT a FROM t'), ['new'])
      t.equal(await other.run("INSERT INTO u VALUES('written after')"), 1)
      t.same(await other.run('PRAGMA journal_mode'), [mode])
      t.same(await other.run('PRAGMA integrity_check'), ['ok'])
      t.same(valuesIn(String(replaced.safetyCopy), 'SELECT a FROM t'), ['old'])
      const undone = await undoRestore({ target, at, deadlineMs: 5000 })
      t.equal(undone.restoredFrom, replaced.safetyCopy)
      t.same(await other.run('SELECT a FROM t'), ['old'])
      t.same(valuesIn(String(undone.safetyCopy), 'SELECT b FROM u'), ['written after'])
      t.same(await other.run('PRAGMA journal_mode'), [mode])
    },
  )

  t.test(
    `a ${mode} target that another process holds locked stays as it was, and says so`,
    async (t) => {
      const folder = await newFolder(t)
      const target = makeDatabase(
        join(folder, 'db.sqlite3'),
        `PRAGMA journal_mode=${mode}; CREATE TABLE t(a); INSERT INTO t VALUES('old')`,
      )
      const built = makeDatabase(join(folder, 'built'), 'CREATE TABLE u(b)')
      const other = new OtherProcess(target)
      t.teardown(() => other.end())
      await other.run('BEGIN IMMEDIATE')
      await t.rejects(replaceDatabase({ built, target, at, deadlineMs: 300 }), {
        code: 'database-busy',
        hint: /Suspend the app/,
      })
      await other.run('COMMIT')
      t.same(await other.run('SELECT a FROM t'), ['old'])
      t.same(safetyCopies(target), [], 'no safety copy stays behind')
    },
  )

  t.test(`a ${mode} target that is written to all the time is left alone`, async (t) => {
    const folder = await newFolder(t)
    const target = makeDatabase(
      join(folder, 'db.sqlite3'),
      `PRAGMA journal_mode=${mode}; PRAGMA synchronous=off; CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(20000000))`,
    )
    const built = makeDatabase(join(folder, 'built'), 'CREATE TABLE u(b)')
    const other = new OtherProcess(target)
    t.teardown(() => other.end())
    await other.run("INSERT INTO t VALUES('kept')", 1)
    const error = await replaceDatabase({ built, target, at, deadlineMs: 1000 }).then(
      () => null,
      (error: unknown) => error,
    )
    t.match(error, { code: /target-changed|database-busy/ })
    await other.end()
    t.ok(Number(valuesIn(target, "SELECT count(*) FROM t WHERE a = 'kept'")[0]) > 1)
    t.same(safetyCopies(target), [])
  })
}

t.test(
  'stale files beside an empty path are moved aside and never played over the restored file',
  async (t) => {
    const folder = await newFolder(t)
    const target = join(folder, 'db.sqlite3')
    makeDatabase(
      join(folder, 'seed'),
      "PRAGMA journal_mode=wal; CREATE TABLE t(a); INSERT INTO t VALUES('x')",
    )
    const holder = new Database(join(folder, 'seed'))
    holder.exec("INSERT INTO t VALUES('stale')")
    for (const suffix of ['-wal', '-shm'])
      writeFileSync(`${target}${suffix}`, readFileSync(join(folder, `seed${suffix}`)))
    holder.close()
    writeFileSync(`${target}-journal`, 'old journal')
    const built = makeDatabase(
      join(folder, 'built'),
      "PRAGMA journal_mode=wal; CREATE TABLE t(a); INSERT INTO t VALUES('new')",
    )
    const replaced = await replaceDatabase({ built, target, at, deadlineMs: 1000 })
    t.match(replaced, { created: true, safetyCopy: null })
    t.equal(replaced.warnings.length, 3)
    t.same(valuesIn(target, 'SELECT a FROM t'), ['new'])
    t.ok(existsSync(`${target}-wal.stale-2026-11-22_00-17-00`))
    t.notOk(existsSync(built))
  },
)

for (const mode of ['delete', 'wal'])
  t.test(
    `a write to a ${mode} target between the safety copy and the change is kept in a new safety copy`,
    async (t) => {
      const folder = await newFolder(t)
      const target = makeDatabase(
        join(folder, 'db.sqlite3'),
        `PRAGMA journal_mode=${mode}; CREATE TABLE t(a); INSERT INTO t VALUES('old')`,
      )
      const built = makeDatabase(
        join(folder, 'built'),
        "CREATE TABLE t(a); INSERT INTO t VALUES('new')",
      )
      const phases: string[] = []
      const onProgress = ({ phase }: { phase: string }) => {
        phases.push(phase)
        if (phase !== 'applying' || phases.filter((seen) => seen === 'applying').length > 1) return
        const script = `new (require('better-sqlite3'))(${JSON.stringify(target)}).exec("INSERT INTO t VALUES('late')")`
        t.equal(spawnSync(process.execPath, ['-e', script]).status, 0)
      }
      const { safetyCopy } = await replaceDatabase({
        built,
        target,
        at,
        deadlineMs: 5000,
        onProgress,
      })
      t.equal(phases.filter((phase) => phase === 'safety copy').length, 2, 'it began again')
      t.same(valuesIn(String(safetyCopy), 'SELECT a FROM t'), ['old', 'late'])
      t.same(valuesIn(target, 'SELECT a FROM t'), ['new'])
      t.equal(safetyCopies(target).length, 1)
    },
  )

t.test(
  'a live target in WAL mode refuses another page size, and any target another encoding',
  async (t) => {
    const folder = await newFolder(t)
    const sql = 'CREATE TABLE t(a); INSERT INTO t VALUES(1)'
    const wal = makeDatabase(join(folder, 'wal'), `PRAGMA journal_mode=wal; ${sql}`)
    const small = makeDatabase(join(folder, 'small'), `PRAGMA page_size=512; ${sql}`)
    await t.rejects(replaceDatabase({ built: small, target: wal, at, deadlineMs: 500 }), {
      code: 'restore-refused',
      message: /page_size 4096, the backup 512/,
    })
    const rollback = makeDatabase(join(folder, 'rollback'), sql)
    await replaceDatabase({ built: small, target: rollback, at, deadlineMs: 500 })
    t.same(valuesIn(rollback, 'PRAGMA page_size'), [512], 'in rollback mode the page size changes')
    const utf16 = makeDatabase(join(folder, 'utf16'), `PRAGMA encoding='UTF-16le'; ${sql}`)
    await t.rejects(replaceDatabase({ built: utf16, target: rollback, at, deadlineMs: 500 }), {
      code: 'restore-refused',
      message: /encoding UTF-8, the backup UTF-16le/,
    })
    t.equal(safetyCopies(rollback).length, 1)
  },
)

t.test('an empty file, a damaged one and one that is no database', async (t) => {
  const folder = await newFolder(t)
  const built = makeDatabase(
    join(folder, 'built'),
    "CREATE TABLE t(a); INSERT INTO t VALUES('new')",
  )
  const empty = join(folder, 'empty')
  writeFileSync(empty, '')
  const options = { built, at, deadlineMs: 1000 }
  t.match(await replaceDatabase({ ...options, target: empty }), {
    created: false,
    safetyCopy: null,
  })
  t.same(valuesIn(empty, 'SELECT a FROM t'), ['new'])
  const damaged = makeDatabase(join(folder, 'damaged'), 'CREATE TABLE t(a); CREATE TABLE u(a)')
  const bytes = readFileSync(damaged)
  bytes.fill(0xff, 100, 4000)
  writeFileSync(damaged, bytes)
  const replaced = await replaceDatabase({ ...options, target: damaged })
  t.same(valuesIn(damaged, 'SELECT a FROM t'), ['new'], 'the damaged one is replaced')
  t.ok(replaced.safetyCopy)
  const text = join(folder, 'text')
  writeFileSync(text, 'not a database at all\n'.repeat(300))
  await t.rejects(replaceDatabase({ ...options, target: text }), {
    code: 'restore-refused',
    message: /not an SQLite database/,
  })
})

t.test('the last three safety copies are kept, and nothing else is removed', async (t) => {
  const folder = await newFolder(t)
  const target = makeDatabase(join(folder, 'db.sqlite3'), 'CREATE TABLE t(a)')
  const stranger = `${target}.before-restore-my-own.sqlite3`
  writeFileSync(stranger, 'mine')
  for (let round = 0; round < 5; round += 1) {
    const built = makeDatabase(
      join(folder, `built${round}`),
      `CREATE TABLE t(a); INSERT INTO t VALUES(${round})`,
    )
    await replaceDatabase({ built, target, at, deadlineMs: 1000 })
  }
  t.same(safetyCopies(target).sort(), [
    'db.sqlite3.before-restore-2026-11-22_00-17-00_2.sqlite3',
    'db.sqlite3.before-restore-2026-11-22_00-17-00_3.sqlite3',
    'db.sqlite3.before-restore-2026-11-22_00-17-00_4.sqlite3',
    'db.sqlite3.before-restore-my-own.sqlite3',
  ])
  await undoRestore({ target, at, deadlineMs: 1000 })
  t.same(valuesIn(target, 'SELECT a FROM t'), [3])
  await t.rejects(undoRestore({ target: join(folder, 'other'), at, deadlineMs: 1000 }), {
    code: 'restore-refused',
  })
})

/** Calls `then` when a work folder in `folder` has come and gone. */
async function afterWorkIn(folder: string, then: () => void): Promise<void> {
  const isWorking = () => readdirSync(folder).some((name) => name.startsWith('.octavo-work-'))
  for (const wanted of [true, false]) while (isWorking() !== wanted) await setImmediate()
  then()
}

t.test('a lock at the moment of the safety copy is waited for: no copy is empty', async (t) => {
  const folder = await newFolder(t)
  const target = makeDatabase(
    join(folder, 'db.sqlite3'),
    "CREATE TABLE t(a); INSERT INTO t VALUES('old')",
  )
  const built = makeDatabase(join(folder, 'built'), 'CREATE TABLE u(b)')
  const holder = new Database(target)
  t.teardown(() => holder.close())
  const phases: string[] = []
  const { safetyCopy } = await replaceDatabase({
    built,
    target,
    at,
    deadlineMs: 10_000,
    onProgress: ({ phase }) => {
      if (phases.push(phase) > 1) return
      holder.exec('BEGIN EXCLUSIVE')
      void afterWorkIn(folder, () => holder.exec('ROLLBACK'))
    },
  })
  t.same(phases.slice(0, 3), ['safety copy', 'safety copy', 'applying'])
  t.same(valuesIn(String(safetyCopy), 'SELECT a FROM t'), ['old'])
  t.same(valuesIn(target, 'SELECT count(*) FROM u'), [0])
})

t.test('a safety copy that somebody holds locked is not put back as an empty one', async (t) => {
  const folder = await newFolder(t)
  const target = makeDatabase(join(folder, 'db.sqlite3'), 'CREATE TABLE t(a)')
  const built = makeDatabase(join(folder, 'built'), 'CREATE TABLE u(b)')
  const { safetyCopy } = await replaceDatabase({ built, target, at, deadlineMs: 1000 })
  const holder = new Database(String(safetyCopy))
  holder.exec('BEGIN EXCLUSIVE')
  await t.rejects(undoRestore({ target, at, deadlineMs: 100 }), {
    code: 'database-busy',
    message: /^the safety copy .* is in use$/,
  })
  t.same(valuesIn(target, 'SELECT count(*) FROM u'), [0])
  t.equal(safetyCopies(target).length, 1)
  holder.close()
  await undoRestore({ target, at, deadlineMs: 1000 })
  t.same(valuesIn(target, 'SELECT count(*) FROM t'), [0])
})

t.test('a restore that is stopped leaves the target and no safety copy', async (t) => {
  const folder = await newFolder(t)
  const target = makeDatabase(
    join(folder, 'db.sqlite3'),
    "CREATE TABLE t(a); INSERT INTO t VALUES('old')",
  )
  const built = makeDatabase(join(folder, 'built'), 'CREATE TABLE u(a)')
  const holder = new Database(target)
  holder.exec('BEGIN IMMEDIATE')
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 200)
  await t.rejects(replaceDatabase({ built, target, at, deadlineMs: 60_000, signal: stop.signal }))
  holder.close()
  t.same(valuesIn(target, 'SELECT a FROM t'), ['old'])
  t.same(safetyCopies(target), [])
})

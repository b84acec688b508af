import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import Database from 'better-sqlite3'
import { beginRead } from '../../../src/engines/sqlite/connection/begin-read.js'
import { copyLockedFile } from '../../../src/engines/sqlite/pages/copy-locked-file.js'
import { copySnapshot } from '../../../src/engines/sqlite/pages/copy-snapshot.js'
import { copyPages } from '../../../src/engines/sqlite/pages/copy-pages.js'
import { transferPages } from '../../../src/engines/sqlite/pages/transfer-pages.js'
import { openSnapshot } from '../../../src/engines/sqlite/snapshot/open-snapshot.js'
import { requireVersion } from '../../../src/engines/sqlite/connection/require-version.js'
import { makeDatabase, ownFolder, readLines, withSnapshot } from '../../support/read-snapshot.js'

type Place = { readonly path: string; readonly folder: string }

const twoRows = 'CREATE TABLE v(id INTEGER PRIMARY KEY, c); INSERT INTO v(c) VALUES (1), (2);'

function made(t: Test, journal: 'wal' | 'delete', sql = twoRows): Place {
  return makeDatabase(t, (connection) => {
    connection.pragma(`journal_mode = ${journal}`)
    connection.exec(sql)
  })
}

const counted = (from: Place): Promise<number> =>
  withSnapshot(from, async (snapshot) => (await readLines(snapshot, 'v')).length)

/** Runs code in a process that dies without closing anything, as a crashed app does. */
function crash(path: string, code: string): void {
  const script = `const db = new (require('better-sqlite3'))(process.argv[1]); ${code}
    process.kill(process.pid, 'SIGKILL')`
  const { signal, stderr } = spawnSync(process.execPath, ['-e', script, path], { encoding: 'utf8' })
  if (signal !== 'SIGKILL') throw new Error(stderr)
}

/** Changes pages and leaves more of them than the cache holds, so that they reach the file. */
const halfDone = `db.pragma('cache_size = 5')
  db.exec(\`BEGIN; UPDATE v SET c = 'changed'; INSERT INTO v
    WITH RECURSIVE s(i) AS (SELECT 9 UNION ALL SELECT i + 1 FROM s LIMIT 100)
    SELECT i, zeroblob(9000) FROM s\`)`

/** The administrator may write everywhere: permissions are felt by another user only. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run()
  process.seteuid?.(65534)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}

t.test('what is not a database with tables is named, and nothing is created', async (t) => {
  const folder = ownFolder(t)
  const at = (name: string): string => join(folder, name)
  writeFileSync(at('empty'), '')
  writeFileSync(
    at('text'),
    'this is no database but a text long enough to have a header '.repeat(20),
  )
  writeFileSync(at('short'), 'x')
  writeFileSync(at('html.sqlite3'), '<!doctype html>'.padEnd(4096))
  await mkdir(at('folder'))
  const tableless = new Database(at('tableless'))
  tableless.exec('CREATE VIEW v AS SELECT 1')
  tableless.close()
  const before = readdirSync(folder)
  for (const [path, code, message] of [
    ['', 'database-unnamed', /no database was named/],
    [at('missing'), 'database-not-found', /missing/],
    [at('no/such/folder'), 'database-not-found', /folder/],
    [at('text/below'), 'database-not-found', /below/],
    [at('empty'), 'database-empty', /is empty/],
    [at('tableless'), 'database-empty', /has no tables/],
    [at('text'), 'not-a-database', /text/],
    [at('short'), 'database-empty', /has no tables/],
    [at('html.sqlite3'), 'not-a-database', /html/],
    [at('folder'), 'not-a-database', /not a file/],
  ] as const) {
    const options = { workFolder: folder, pageCopy: true }
    await t.rejects(openSnapshot(path, options), { code, message }, `${code}: ${path}`)
    await t.rejects(copyPages({ from: path, to: at('copy') }), { code, message })
  }
  t.strictSame(readdirSync(folder), before)
})

t.test('a path is taken as it is written, odd characters and all', async (t) => {
  const folder = ownFolder(t)
  const plain = join(folder, 'plain')
  const connection = new Database(plain)
  connection.exec(twoRows)
  connection.close()
  for (const name of [' spaced', 'a?mode=memory', 'a#b', '100%25', 'file:x', "it's é"]) {
    const path = join(folder, name)
    writeFileSync(path, readFileSync(plain))
    t.equal(await counted({ path, folder }), 2, JSON.stringify(name))
  }
  for (const end of [' ', '\n', '\u00a0']) {
    writeFileSync(join(folder, `plain${end}`), 'another file')
    await t.rejects(counted({ path: join(folder, `plain${end}`), folder }), { code: 'usage' })
    await t.rejects(copyPages({ from: join(folder, 'plain'), to: join(folder, `copy${end}`) }), {
      code: 'usage',
    })
  }
})

t.test('a damaged schema and damaged pages are named', async (t) => {
  const broken = makeDatabase(t, (connection) => {
    connection.exec('CREATE TABLE a(b)')
    connection.pragma('writable_schema = on')
    connection.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE a(b FUTURE SYNTAX (('")
  })
  await t.rejects(counted(broken), { code: 'database-damaged', message: /malformed.*\(a\)/ })
  const torn = makeDatabase(t, (connection) => {
    connection.exec(twoRows)
    const insert = connection.prepare('INSERT INTO v(c) VALUES (zeroblob(2000))')
    connection.transaction(() => Array.from({ length: 500 }, () => insert.run()))()
  })
  const file = await open(torn.path, 'r+')
  await file.write(Buffer.alloc(4096 * 20, 0x55), 0, 4096 * 20, 4096 * 40)
  await file.close()
  await t.rejects(counted(torn), { code: 'database-damaged', message: /table "v"/ })
})

t.test('a database that one may only read is read', async (t) => {
  for (const journal of ['delete', 'wal'] as const) {
    const from = made(t, journal)
    chmodSync(from.folder, 0o777)
    chmodSync(from.path, 0o444)
    t.equal(await asOrdinaryUser(() => counted(from)), 2, journal)
  }
})

t.test('without the right to write, what needs it is refused with a hint', async (t) => {
  const shut = made(t, 'wal')
  const work = ownFolder(t)
  chmodSync(work, 0o777)
  chmodSync(shut.path, 0o444)
  chmodSync(shut.folder, 0o555)
  await t.rejects(
    asOrdinaryUser(() => counted({ ...shut, folder: work })),
    { code: 'io-failed', hint: /permission to/ },
  )
  const hot = made(t, 'delete')
  crash(hot.path, halfDone)
  chmodSync(hot.path, 0o444)
  chmodSync(`${hot.path}-journal`, 0o444)
  chmodSync(hot.folder, 0o555)
  await t.rejects(
    asOrdinaryUser(() => counted({ ...hot, folder: work })),
    { code: 'io-failed', hint: /permission to/ },
  )
  chmodSync(shut.folder, 0o755)
  chmodSync(hot.folder, 0o755)
})

t.test('what a crashed app left half done is rolled back', async (t) => {
  const from = made(t, 'delete')
  const before = readFileSync(from.path)
  crash(from.path, halfDone)
  t.ok(statSync(`${from.path}-journal`).size > 0, 'there is a hot journal')
  t.notSame(readFileSync(from.path), before)
  await withSnapshot(from, async (snapshot) => {
    t.strictSame(await readLines(snapshot, 'v'), [
      '{"model":"v","pk":1,"fields":{"c":1}}',
      '{"model":"v","pk":2,"fields":{"c":2}}',
    ])
  })
})

t.test('what a killed app committed into the -wal is part of the snapshot', async (t) => {
  for (const pageCopy of [false, true]) {
    const from = made(t, 'wal')
    crash(from.path, "db.exec('INSERT INTO v(c) VALUES (3)')")
    t.ok(statSync(`${from.path}-wal`).size > 0, 'there is a -wal')
    await withSnapshot(
      from,
      async (snapshot) => t.equal((await readLines(snapshot, 'v')).length, 3),
      { pageCopy },
    )
  }
})

t.test('a database that is locked is busy, after the time given', async (t) => {
  for (const journal of ['delete', 'wal'] as const) {
    const from = made(t, journal)
    const other = new Database(from.path)
    t.teardown(() => other.close())
    other.pragma('locking_mode = exclusive')
    other.exec('BEGIN EXCLUSIVE; INSERT INTO v(c) VALUES (3)')
    const options = { workFolder: from.folder, pageCopy: false, busyTimeoutMs: 20 }
    await t.rejects(openSnapshot(from.path, options), { code: 'database-busy' }, journal)
    const to = join(from.folder, 'copy')
    await t.rejects(copyPages({ from: from.path, to, busyTimeoutMs: 20 }), {
      code: 'database-busy',
    })
    t.notOk(existsSync(to))
  }
})

/** Locks the file at `path` as soon as it is there, before anything else can be done with it. */
function lockOnceThere(t: Test, path: string): void {
  const look = (): void => {
    if (!existsSync(path)) return void setImmediate(look)
    const other = new Database(path, { timeout: 0 })
    t.teardown(() => other.close())
    other.exec('BEGIN EXCLUSIVE')
  }
  look()
}

t.test('better-sqlite3 ends a backup that meets a lock with no pages and no error', async (t) => {
  const from = made(t, 'delete')
  const to = join(from.folder, 'raw')
  const other = new Database(to)
  t.teardown(() => other.close())
  other.exec('BEGIN EXCLUSIVE')
  const source = new Database(from.path, { timeout: 0 })
  t.teardown(() => source.close())
  // Once this is not so any more, what looks for no pages in src can go.
  t.strictSame(await source.backup(to), { totalPages: 0, remainingPages: 0 })
  t.equal(statSync(to).size, 0)
})

t.test('a copy of pages that meets a lock is busy, never an empty copy', async (t) => {
  // In rollback mode `cp` copies, which meets no lock.
  const from = made(t, 'wal')
  const source = new Database(from.path)
  t.teardown(() => source.close())
  source.exec('BEGIN')
  const busy = { code: 'database-busy', message: /^the pages of .* copied: locked$/ }
  for (const [name, copy] of [
    ['transferred', (to: string) => transferPages({ source, to })],
    ['copied', async (to: string) => void (await copyPages({ from: from.path, to }))],
  ] as const) {
    const to = join(from.folder, name)
    const copying = copy(to)
    lockOnceThere(t, to)
    await t.rejects(copying, busy, name)
    t.notOk(existsSync(to), 'nothing is left')
  }
})

t.test('a locked file is copied whole by a program of the system', async (t) => {
  const place = made(t, 'delete')
  const from = beginRead(place.path)
  t.teardown(() => from.connection.close())
  const to = join(place.folder, 'copy')
  t.equal(await copyLockedFile({ from, to }), true)
  t.ok(readFileSync(to).equals(readFileSync(place.path)))
  t.equal(statSync(to).mode & 0o777, 0o600)
  const writer = new Database(place.path, { timeout: 0 })
  t.teardown(() => writer.close())
  t.throws(() => writer.exec('DELETE FROM v'), { code: 'SQLITE_BUSY' }, 'the lock still holds')
})

t.test(
  'where that program is missing or fails, nothing is left and the caller is told',
  async (t) => {
    const place = made(t, 'delete')
    const from = beginRead(place.path)
    t.teardown(() => from.connection.close())
    const to = join(place.folder, 'copy')
    // `true` ends well and copies nothing.
    for (const program of ['no-such-program-anywhere', 'false', 'true']) {
      t.equal(await copyLockedFile({ from, to }, program), false, program)
      t.notOk(existsSync(to), program)
    }
    const aborted = { from, to, signal: AbortSignal.abort() }
    await t.rejects(copyLockedFile(aborted), { name: 'AbortError' })
    t.notOk(existsSync(to))
  },
)

t.test('another file that came to bear the name is not the copy', async (t) => {
  const place = made(t, 'delete')
  const other = made(t, 'delete', `${twoRows} DELETE FROM v`)
  const from = beginRead(place.path)
  t.teardown(() => from.connection.close())
  renameSync(other.path, place.path)
  const to = join(place.folder, 'copy')
  t.equal(await copyLockedFile({ from, to }), false)
  t.notOk(existsSync(to))
  await copySnapshot({ from, to })
  const copied = new Database(to)
  t.teardown(() => copied.close())
  t.equal(copied.prepare('SELECT count(*) FROM v').pluck().get(), 2, 'the file under the lock')
})

t.test(
  'a link that is switched meanwhile leads to one database from beginning to end',
  async (t) => {
    const place = made(t, 'delete')
    const other = made(t, 'delete', `${twoRows} DELETE FROM v`)
    const link = join(place.folder, 'link')
    symlinkSync(place.path, link)
    const from = beginRead(link)
    t.teardown(() => from.connection.close())
    rmSync(link)
    symlinkSync(other.path, link)
    const to = join(place.folder, 'copy')
    t.equal(await copyLockedFile({ from, to }), true)
    t.ok(readFileSync(to).equals(readFileSync(place.path)))
  },
)

t.test('in WAL mode a snapshot is a read transaction that blocks nobody', async (t) => {
  const from = made(t, 'wal')
  const writer = new Database(from.path, { timeout: 0 })
  t.teardown(() => writer.close())
  await withSnapshot(from, async (snapshot) => {
    t.equal(snapshot.pageCopyPath, null)
    t.equal(snapshot.facts.wal, true)
    writer.exec('DELETE FROM v; CREATE TABLE later(a)')
    t.equal((await readLines(snapshot, 'v')).length, 2)
  })
  t.strictSame(
    readdirSync(from.folder).filter((name) => name.includes('copy')),
    [],
  )
})

t.test('with a rollback journal the pages are copied and the source let go', async (t) => {
  const from = made(t, 'delete')
  const writer = new Database(from.path, { timeout: 0 })
  t.teardown(() => writer.close())
  await withSnapshot(from, async (snapshot) => {
    t.ok(snapshot.pageCopyPath)
    t.equal(snapshot.facts.wal, false)
    writer.exec('DELETE FROM v')
    t.equal((await readLines(snapshot, 'v')).length, 2)
    t.equal(statSync(snapshot.pageCopyPath ?? '').mode & 0o777, 0o600)
  })
})

t.test('a page copy that was asked for is the snapshot itself', async (t) => {
  const from = made(t, 'wal')
  const writer = new Database(from.path, { timeout: 0 })
  t.teardown(() => writer.close())
  writer.exec('INSERT INTO v(c) VALUES (3)')
  const copy = await withSnapshot(
    from,
    async (snapshot) => {
      writer.exec('DELETE FROM v')
      t.equal(
        writer.pragma('wal_checkpoint(truncate)', { simple: true }),
        0,
        'nobody reads the source',
      )
      t.equal((await readLines(snapshot, 'v')).length, 3)
      t.equal(snapshot.facts.wal, true)
      return snapshot.pageCopyPath
    },
    { pageCopy: true },
  )
  const opened = new Database(copy ?? '', { readonly: true })
  t.teardown(() => opened.close())
  t.equal(opened.prepare('SELECT count(*) FROM v').pluck().get(), 3)
})

t.test('two snapshots at once have page copies of their own', async (t) => {
  const from = made(t, 'delete')
  await withSnapshot(from, (first) =>
    withSnapshot(from, (second) => t.not(first.pageCopyPath, second.pageCopyPath)),
  )
})

t.test('a signal ends the transaction at once, also in the middle of a table', async (t) => {
  for (const tail of ['', ' WITHOUT ROWID']) {
    const from = made(
      t,
      'wal',
      `CREATE TABLE v(id TEXT PRIMARY KEY, c)${tail};
       WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s LIMIT 20000)
       INSERT INTO v SELECT i, printf('%0200d', i) FROM s;`,
    )
    const writer = new Database(from.path, { timeout: 0 })
    t.teardown(() => writer.close())
    writer.exec("INSERT INTO v VALUES ('new', 1)")
    const client = new AbortController()
    const snapshot = await openSnapshot(from.path, {
      workFolder: from.folder,
      pageCopy: false,
      signal: client.signal,
    })
    const chunks = snapshot.records('v')[Symbol.asyncIterator]()
    await chunks.next()
    writer.exec("INSERT INTO v VALUES ('newer', 1)")
    t.not(writer.pragma('wal_checkpoint(truncate)', { simple: true }), 0, 'the snapshot is held')
    client.abort()
    t.equal(writer.pragma('wal_checkpoint(truncate)', { simple: true }), 0, 'it is not any more')
    await t.rejects(chunks.next(), { name: 'AbortError' })
    await snapshot.close()
  }
})

t.test('a signal that came before leaves nothing open and nothing behind', async (t) => {
  const from = made(t, 'delete')
  const options = { workFolder: from.folder, pageCopy: true, signal: AbortSignal.abort() }
  await t.rejects(openSnapshot(from.path, options), { name: 'AbortError' })
  const to = join(from.folder, 'copy')
  await t.rejects(copyPages({ from: from.path, to, signal: AbortSignal.abort() }), {
    name: 'AbortError',
  })
  t.strictSame(readdirSync(from.folder), ['db.sqlite3'])
})

t.test(
  'a snapshot tells of the pages it copies; the records are told by who writes them',
  async (t) => {
    const from = made(t, 'delete')
    const told: { phase: string; total?: number }[] = []
    await withSnapshot(from, (snapshot) => readLines(snapshot, 'v'), {
      onProgress: (progress) => told.push(progress),
    })
    t.strictSame(
      told.map(({ phase }) => phase),
      ['copying pages'],
    )
    t.equal(told[0]?.total, statSync(from.path).size)
  },
)

t.test('a native copy holds every page, durable and for its owner only', async (t) => {
  for (const journal of ['delete', 'wal'] as const) {
    const from = made(t, journal)
    const to = join(from.folder, 'copy.db')
    const verdict = await copyPages({ from: from.path, to })
    t.strictSame(verdict, { intact: true, complaints: [], brokenPromises: [] })
    t.equal(statSync(to).mode & 0o777, 0o600)
    t.strictSame(
      readdirSync(from.folder).filter((name) => name.startsWith('copy')),
      ['copy.db'],
    )
    t.equal(await counted({ path: to, folder: from.folder }), 2)
    const kept = readFileSync(to)
    await t.rejects(copyPages({ from: from.path, to }), { code: 'io-failed', message: /EEXIST/ })
    t.strictSame(readFileSync(to), kept, 'what was there is left alone')
  }
})

t.test('a native copy of a damaged database says what is damaged', async (t) => {
  const from = makeDatabase(t, (connection) => {
    connection.exec('CREATE TABLE v(a); CREATE INDEX by_a ON v(a); INSERT INTO v VALUES (1), (2)')
    connection.pragma('writable_schema = on')
    connection.exec("DELETE FROM sqlite_schema WHERE name = 'by_a'")
    connection.pragma('writable_schema = reset')
    connection.exec('INSERT INTO v VALUES (3)')
    connection.pragma('writable_schema = on')
    const root = connection.prepare('SELECT max(rootpage) + 1 FROM sqlite_schema').pluck().get()
    connection
      .prepare(
        "INSERT INTO sqlite_schema VALUES ('index', 'by_a', 'v', ?, 'CREATE INDEX by_a ON v(a)')",
      )
      .run(root)
  })
  const verdict = await copyPages({ from: from.path, to: join(from.folder, 'copy') })
  t.equal(verdict.intact, false)
  t.match(verdict.complaints.join('\n'), /row 3 missing from index by_a/)
})

t.test('a healthy table that SQLite complains about is copied, with the complaint', async (t) => {
  const from = makeDatabase(t, (connection) => {
    connection.exec(`CREATE VIRTUAL TABLE words USING fts4(content="", title);
      INSERT INTO words(docid, title) VALUES (1, 'one two')`)
  })
  const verdict = await copyPages({ from: from.path, to: join(from.folder, 'copy') })
  const source = new Database(from.path)
  const own = source.prepare('PRAGMA integrity_check').pluck().all()
  source.close()
  t.strictSame(verdict.complaints, own[0] === 'ok' ? [] : own)
})

t.test('an SQLite that prints reals with too few digits is refused', (t) => {
  for (const version of ['3.52.9', '3.9.0', '2.99.0'])
    t.throws(() => requireVersion(version), { code: 'internal', message: /too old/ })
  for (const version of ['3.53.0', '3.100.1', '4.0.0'])
    t.doesNotThrow(() => requireVersion(version))
  t.end()
})

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import type { Progress } from '../../src/core/progress.js'
import { exportDatabase } from '../../src/jobs/export/export-database.js'
import type { ExportResult } from '../../src/jobs/job-types.js'
import { compareExactly } from '../support/compare/compare-exactly.js'
import { type Cleanup, makeDatabase } from '../support/read-snapshot.js'

const journals = ['wal', 'delete'] as const

function made(t: Cleanup, journal: string): { path: string; folder: string } {
  return makeDatabase(t, (db) => {
    db.pragma(`journal_mode = ${journal}`)
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, value);
      CREATE TABLE pair (a TEXT, b, c, PRIMARY KEY (a, b)) WITHOUT ROWID;
      INSERT INTO item VALUES (1, 'written on this line'), (2, 1), (3, 0.0), (4, NULL);
      INSERT INTO pair VALUES ('x', 1, 2)`)
  })
}

/** Takes a native copy; `during` is called with each phase that it enters. */
async function copy(
  { path, folder }: { path: string; folder: string },
  options: { readonly verify: boolean; readonly during?: (phase: string, file: string) => void },
): Promise<ExportResult> {
  const file = join(folder, 'copy.db')
  const phases = new Set<string>()
  const onProgress = ({ phase }: Progress): void => {
    if (!phases.has(phase)) options.during?.(phase, file)
    phases.add(phase)
  }
  const address = { engine: 'sqlite', path, shown: path } as const
  return await exportDatabase(
    {
      database: { name: 'database', label: '', address, modelNames: [], excludeRows: [] },
      format: 'sqlite',
      verify: options.verify,
      sample: false,
      at: '2026-11-22T00:17:00.000Z',
      file,
      busyTimeoutMs: 1000,
    },
    { signal: new AbortController().signal, onProgress },
  )
}

function run(path: string, sql: string): void {
  const db = new Database(path, { timeout: 0 })
  try {
    db.exec(sql)
  } finally {
    db.close()
  }
}

for (const journal of journals)
  t.test(`a proved native copy equals the database, journal mode ${journal}`, async (t) => {
    const from = made(t, journal)
    const { verified, file, warnings } = await copy(from, { verify: true })
    t.equal(verified, 'snapshot')
    t.strictSame(warnings, [])
    t.strictSame(readdirSync(from.folder).toSorted(), ['copy.db', 'db.sqlite3'])
    t.strictSame(compareExactly(from.path, file), [])
  })

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['another value', (file) => run(file, "UPDATE item SET value = 'else' WHERE id = 1")],
  ['1.0 in the place of 1', (file) => run(file, 'UPDATE item SET value = 1.0 WHERE id = 2')],
  ['a zero that lost its sign', (file) => run(file, 'UPDATE item SET value = -0.0 WHERE id = 3')],
  ['a row that is missing', (file) => run(file, 'DELETE FROM item WHERE id = 4')],
  ['a table that is missing', (file) => run(file, 'DROP TABLE pair')],
  [
    'a bit that fell over on the disk',
    (file) => {
      const bytes = readFileSync(file)
      const at = bytes.indexOf('written on')
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      writeFileSync(file, bytes)
    },
  ],
]
for (const journal of journals)
  for (const [what, damage] of damages)
    t.test(`${what} in a native copy is found, journal mode ${journal}`, async (t) => {
      const from = made(t, journal)
      const during = (phase: string, file: string): void => {
        if (phase === 'comparing') damage(file)
      }
      await t.rejects(copy(from, { verify: true, during }), {
        code: 'verify-failed',
        message: /^the native copy differs from the snapshot: /,
      })
      t.notOk(existsSync(join(from.folder, 'copy.db')))
    })

for (const verify of [true, false])
  for (const journal of journals)
    t.test(
      `nobody waits while a copy is checked, and its instant holds: ${journal}, ${verify ? 'proved' : 'not proved'}`,
      async (t) => {
        const from = made(t, journal)
        const seen: string[] = []
        const during = (phase: string): void => {
          if (['starting', 'copying pages'].includes(phase)) return
          seen.push(phase)
          run(from.path, `INSERT INTO item VALUES (NULL, '${phase}')`)
        }
        const { file, records } = await copy(from, { verify, during })
        t.strictSame(seen, verify ? ['checking pages', 'comparing'] : ['checking pages'])
        t.equal(records, 5)
        run(from.path, 'DELETE FROM item WHERE id > 4')
        t.strictSame(compareExactly(from.path, file), [])
      },
    )

/** A collation and a function that only the app has. */
function makeForeign(connection: Database.Database): void {
  connection.pragma('writable_schema = on')
  connection.exec(`UPDATE sqlite_schema SET sql = replace(replace(sql, 'TEXT', 'TEXT COLLATE german'),
    'length', 'own_length')`)
}

t.test('what only the app can compile is copied and compared all the same', async (t) => {
  const make = (db: Database.Database): void => {
    db.exec(`CREATE TABLE r (k TEXT UNIQUE, v AS (length(k)), w, x, y);
      INSERT INTO r(k) VALUES ('first'), ('second')`)
    makeForeign(db)
  }
  t.match(await copy(makeDatabase(t, make), { verify: true }), { verified: 'snapshot', records: 2 })
  const during = (phase: string, file: string): void => {
    if (phase !== 'comparing') return
    const bytes = readFileSync(file)
    for (let at = bytes.indexOf('second'); at >= 0; at = bytes.indexOf('second', at + 1))
      bytes.write('Second', at)
    writeFileSync(file, bytes)
  }
  await t.rejects(copy(makeDatabase(t, make), { verify: true, during }), { code: 'verify-failed' })
})

t.test('a table that only the app can read is named, and no copy offered', async (t) => {
  const from = makeDatabase(t, (db) => {
    db.exec('CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID')
    makeForeign(db)
  })
  for (const verify of [true, false])
    await t.rejects(copy(from, { verify }), {
      code: 'cannot-carry',
      message: /the table "w" .* german/,
      hint: /Stop the app/,
    })
})

t.test('rows that break a promise of their table are copied, and said', async (t) => {
  const from = makeDatabase(t, (db) => {
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, value);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO item SELECT i, NULL FROM n`)
    db.pragma('writable_schema = on')
    db.exec("UPDATE sqlite_schema SET sql = replace(sql, 'value', 'value NOT NULL')")
  })
  const { warnings, file } = await copy(from, { verify: true })
  t.strictSame(warnings, [
    'rows break a promise of their table, and stay so: NULL value in item.value',
  ])
  t.strictSame(compareExactly(from.path, file), [])
})

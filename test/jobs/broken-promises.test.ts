import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import type { ChosenDatabase, ExportFormat } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { compareExactly } from '../support/compare/compare-exactly.js'
import { makeDatabase } from '../support/read-snapshot.js'

const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

function database(path: string): ChosenDatabase {
  const address = { engine: 'sqlite', path, shown: path } as const
  return { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
}

async function exportTo(path: string, file: string, format: ExportFormat): Promise<void> {
  const input = { format, verify: true, sample: false, at, busyTimeoutMs: 1000 } as const
  await runHere('export', { database: database(path), file, ...input }, context)
}

/** Changes the stored texts of a schema: what they promise then, no row has been held to. */
function edit(db: Database.Database, from: string, to: string): void {
  db.pragma('writable_schema = on')
  const sql = 'UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE instr(sql, ?)'
  if (db.prepare(sql).run(from, to, from).changes === 0) throw new Error(`no text has ${from}`)
  db.pragma('writable_schema = reset')
  db.unsafeMode(true)
}

const two = "INSERT INTO t VALUES (1, 'A', 'x'), (2, 'a', NULL), (3, 4.0, '12')"

const carried: readonly (readonly [string, (db: Database.Database) => void])[] = [
  [
    'NULL in a NOT NULL column',
    (db) => {
      db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v, w TEXT); ${two}`)
      edit(db, 'TEXT', "TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'y'")
    },
  ],
  [
    'what a CHECK refuses',
    (db) => {
      db.pragma('ignore_check_constraints = on')
      db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v, w CHECK (w > 'z')); ${two}`)
    },
  ],
  [
    'another class than a STRICT table takes',
    (db) => {
      db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v, w); ${two}`)
      edit(db, 'v, w)', 'v INTEGER, w REAL) STRICT')
    },
  ],
  [
    'what its columns would make numbers of',
    (db) => {
      db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB, w BLOB); ${two}`)
      edit(db, 'BLOB', 'NUMERIC')
    },
  ],
  [
    'all of it, ordered by a key',
    (db) => {
      db.exec(`CREATE TABLE t (a BLOB, k TEXT COLLATE NOCASE, v UNIQUE, w,
        PRIMARY KEY (v DESC, k, a)) WITHOUT ROWID;
        INSERT INTO t VALUES (1, 'a', 'A', NULL), ('2', 'B', 'a', 2), (x'00', 'c', 3.5, '4')`)
      edit(db, 'a BLOB, k TEXT', 'a NUMERIC, k TEXT')
      edit(db, 'v UNIQUE, w', 'v UNIQUE, w INTEGER NOT NULL CHECK (w > 9)')
    },
  ],
  [
    'a clash in a column that is UNIQUE',
    (db) => {
      db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v COLLATE BINARY UNIQUE, w UNIQUE); ${two};
        CREATE INDEX by_w ON t (w)`)
      edit(db, 'COLLATE BINARY', 'COLLATE NOCASE')
    },
  ],
  [
    'a clash in its primary key',
    (db) => {
      db.exec(`CREATE TABLE t (w, v COLLATE BINARY PRIMARY KEY, x); ${two}`)
      edit(db, 'COLLATE BINARY', 'COLLATE NOCASE NOT NULL')
    },
  ],
  [
    'a clash in UNIQUE columns of a table that is ordered by a key',
    (db) => {
      db.exec(
        `CREATE TABLE t (w PRIMARY KEY, v COLLATE BINARY, x, UNIQUE (v)) WITHOUT ROWID; ${two}`,
      )
      edit(db, 'COLLATE BINARY', 'COLLATE NOCASE')
    },
  ],
  [
    'a clash in a unique index',
    (db) => {
      db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v, w); ${two};
        CREATE INDEX "odd UNIQUE name" ON t (lower(v) DESC) WHERE v IS NOT NULL`)
      edit(db, 'CREATE INDEX', 'CREATE UNIQUE INDEX')
    },
  ],
]

/** Not opened for reading only: SQLite does not look at CHECK then. */
function integrity(path: string): unknown[] {
  const db = new Database(path)
  try {
    return db.prepare('PRAGMA integrity_check').pluck().all()
  } finally {
    db.close()
  }
}

const files = ["encoding = 'UTF-8'", "encoding = 'UTF-16be'", 'auto_vacuum = 1']

for (const [what, make] of carried)
  for (const format of ['json', 'sqlite'] as const)
    t.test(`a table with ${what} is restored as it was, from ${format}`, async (t) => {
      for (const pragma of format === 'json' ? files : files.slice(0, 1)) {
        const { path, folder } = makeDatabase(t, (db) => {
          db.pragma(pragma)
          make(db)
        })
        t.not(integrity(path)[0], 'ok', 'the promise is broken')
        const file = join(folder, 'backup')
        await exportTo(path, file, format)
        const target = join(folder, 'restored.sqlite3')
        const options = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000 } as const
        const result = await runHere(
          'restore',
          { file, target: database(target), ...options },
          context,
        )
        if (format === 'sqlite') t.match(result.warnings, [/^SQLite says: /], 'it is said')
        t.strictSame(compareExactly(path, target), [], pragma)
        t.strictSame(integrity(target), integrity(path), pragma)
      }
    })

t.test(
  'rows that only a native copy can hold are refused by name when they are exported',
  async (t) => {
    const broken: readonly (readonly [string, string, RegExp])[] = [
      ['v BLOB', 'v TEXT NOT NULL', /the table "t" stores .*: NULL value in t\.v$/],
      ['v BLOB', 'v NUMERIC', /the table "t" stores .*: TEXT value in t\.v$/],
      ['v BLOB', 'v COLLATE NOCASE', /the table "t" stores .*: non-unique entry in index/],
    ]
    for (const [from, to, message] of broken) {
      const { path, folder } = makeDatabase(t, (db) => {
        db.pragma('ignore_check_constraints = on')
        db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB, w CHECK (w > 0), g AS (id + 1) STORED, UNIQUE (v));
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
        INSERT INTO t SELECT i, NULL, -1 FROM n;
        INSERT INTO t VALUES (301, 'A', 1), (302, 'a', 1), (303, '12', 1)`)
        edit(db, from, to)
      })
      await t.rejects(exportTo(path, join(folder, 'a.json'), 'json'), {
        code: 'cannot-carry',
        message,
        hint: /native copy/,
      })
      await t.resolves(exportTo(path, join(folder, 'a.db'), 'sqlite'))
    }
  },
)

t.test('stored generated values alone, and a CHECK beside them, are carried', async (t) => {
  const { path, folder } = makeDatabase(t, (db) => {
    db.pragma('ignore_check_constraints = on')
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v CHECK (v > 0), g AS (v || 'x') STORED NOT NULL);
      INSERT INTO t VALUES (1, -5), (2, 7)`)
  })
  await t.resolves(exportTo(path, join(folder, 'a.json'), 'json'))
})

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { compareExactly } from './support/compare/compare-exactly.js'
import { makeOddDatabase } from './support/odd-database/make-odd-database.js'

const base = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE, r REAL);
  INSERT INTO t VALUES (1, 1, 'x', 0.5), (2, 'y', 'é', 1e300), (3, NULL, x'00', -0.0), (4, 1.0, '', 2);
  CREATE TABLE loose (v);
  INSERT INTO loose(rowid, v) VALUES (5, 'five'), (9, 0.0), (11, 7);
  CREATE TABLE counted (n INTEGER PRIMARY KEY AUTOINCREMENT);
  INSERT INTO counted VALUES (40);
  CREATE TABLE keyed (k TEXT PRIMARY KEY, v, g AS (v || '!')) WITHOUT ROWID;
  INSERT INTO keyed(k, v) VALUES ('a', 1), ('b', 2);
  CREATE INDEX by_a ON t (a);
  CREATE VIEW seen AS SELECT a FROM t;
  CREATE TRIGGER fires AFTER INSERT ON t BEGIN SELECT 1; END;
  CREATE VIRTUAL TABLE found USING fts5(body);
  INSERT INTO found VALUES ('cold magnet');
  CREATE TABLE parent (id INTEGER PRIMARY KEY);
  CREATE TABLE child (p REFERENCES parent);
  ANALYZE;
`

/** One change each, and what the comparer must say of it. */
const changes: readonly (readonly [what: string, sql: string, says: RegExp])[] = [
  ['a row lost', 'DELETE FROM t WHERE id = 2', /rows of "t"/],
  ['the last row lost', 'DELETE FROM t WHERE id = 4', /rows of "t".* ≠ no row/],
  ['a row more', 'INSERT INTO loose VALUES (8)', /rows of "loose"/],
  ['1.0 become 1', 'UPDATE t SET a = 1 WHERE id = 4', /rows of "t", row 4|rows of "t"/],
  ['1 become text', "UPDATE t SET a = '1' WHERE id = 1", /cell 3: .* ≠/],
  ['NULL become empty', "UPDATE t SET a = '' WHERE id = 3", /rows of "t"/],
  ['text become a blob', "UPDATE t SET b = x'78' WHERE id = 1", /rows of "t"/],
  ['the case of a NOCASE text', "UPDATE t SET b = 'X' WHERE id = 1", /rows of "t"/],
  ['an accent decomposed', "UPDATE t SET b = 'e' || char(0x301) WHERE id = 2", /rows of "t"/],
  ['a NUL at the end', "UPDATE t SET b = 'x' || char(0) WHERE id = 1", /rows of "t"/],
  ['bytes that are not text', "UPDATE t SET b = CAST(x'ff' AS TEXT) WHERE id = 4", /rows of "t"/],
  ['the last bit of a real', 'UPDATE t SET r = 0.5000000000000001 WHERE id = 1', /rows of "t"/],
  ['the sign of zero', 'UPDATE loose SET v = -0.0 WHERE rowid = 9', /rows of "loose".*-0/],
  ['a rowid', 'UPDATE loose SET rowid = 6 WHERE rowid = 5', /rows of "loose".*rowid|cell 0/],
  ['a row without rowid', "UPDATE keyed SET v = 3 WHERE k = 'b'", /rows of "keyed"/],
  ['a sequence', 'UPDATE sqlite_sequence SET seq = 41', /rows of "sqlite_sequence"/],
  ['a sequence row', "INSERT INTO sqlite_sequence VALUES ('x', 1)", /rows of "sqlite_sequence"/],
  ['statistics', "UPDATE sqlite_stat1 SET stat = '9 9' WHERE idx = 'by_a'", /sqlite_stat1/],
  ['an entry of a search index', "INSERT INTO found VALUES ('warm')", /rows of "found/],
  ['a dangling reference', 'INSERT INTO child VALUES (77)', /foreign_key_check/],
  ['an index lost', 'DROP INDEX by_a', /schema: lost index "by_a"/],
  ['an index more', 'CREATE INDEX more ON t (b)', /schema: new index "more"/],
  ['an index of another kind', 'DROP INDEX by_a; CREATE INDEX by_a ON t (a DESC)', /schema: lost/],
  ['a view lost', 'DROP VIEW seen', /schema: lost view "seen"/],
  ['a trigger lost', 'DROP TRIGGER fires', /schema: lost trigger "fires"/],
  ['a column more', 'ALTER TABLE loose ADD COLUMN w', /columns of "loose"/],
  [
    'the spelling of a table',
    'DROP VIEW seen; CREATE VIEW seen AS SELECT  a FROM t',
    /schema: lost/,
  ],
  [
    'the order of the schema',
    'DROP INDEX by_a; CREATE INDEX by_a ON t (a); ANALYZE',
    /schema order/,
  ],
  ['the page size', 'PRAGMA page_size = 8192; VACUUM', /page_size: 4096 ≠ 8192/],
  ['auto_vacuum', 'PRAGMA auto_vacuum = 1; VACUUM', /auto_vacuum: 0 ≠ 1/],
  ['the journal', 'PRAGMA journal_mode = WAL', /journal: rollback ≠ wal/],
  ['user_version', 'PRAGMA user_version = 3', /user_version: 0 ≠ 3/],
  ['application_id', 'PRAGMA application_id = 3', /application_id: 0 ≠ 3/],
]

function create(path: string, ...statements: readonly string[]): string {
  const database = new Database(path)
  for (const sql of statements) database.exec(sql)
  database.close()
  return path
}

t.test('every kind of difference is noticed, alone', (t) => {
  const folder = t.testdir()
  const original = create(join(folder, 'original'), base)
  for (const [index, [what, sql, says]] of changes.entries()) {
    const copy = join(folder, `copy${index}`)
    copyFileSync(original, copy)
    const database = new Database(copy)
    database.unsafeMode(true)
    database.pragma('foreign_keys = OFF')
    database.exec(sql)
    database.close()
    const forth = compareExactly(original, copy)
    t.match(forth.join('\n'), says, what)
    t.not(compareExactly(copy, original).length, 0, `${what}, the other way round`)
  }
  t.same(compareExactly(original, original), [], 'and nothing where there is none')
  t.end()
})

t.test('another encoding is noticed though the text is the same', (t) => {
  const folder = t.testdir()
  const eight = create(join(folder, '8'), base)
  const sixteen = create(join(folder, '16'), "PRAGMA encoding = 'UTF-16le'", base)
  t.match(compareExactly(eight, sixteen).join('\n'), /encoding: UTF-8 ≠ UTF-16le/)
  t.end()
})

t.test('an odd database is the same for the same seed', (t) => {
  const folder = t.testdir()
  for (let seed = 1; seed <= 20; seed += 1) {
    const [first, again] = [join(folder, `${seed}.a`), join(folder, `${seed}.b`)]
    const { description } = makeOddDatabase(first, seed)
    makeOddDatabase(again, seed)
    t.same(compareExactly(first, again), [], description)
  }
  t.end()
})

import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import {
  type CompareOptions,
  compareDatabases,
} from '../../../src/engines/sqlite/compare/compare-databases.js'
import { type Cleanup, ownFolder } from '../../support/read-snapshot.js'

async function compare(
  t: Cleanup,
  first: string,
  second: string,
  options: CompareOptions = {},
): Promise<string[]> {
  const folder = ownFolder(t)
  const [a, b] = [first, second].map((sql, index) => {
    const path = join(folder, String(index))
    const db = new Database(path)
    db.exec(sql)
    db.close()
    return path
  })
  return await compareDatabases(a ?? '', b ?? '', options)
}

const base = `CREATE TABLE t(id INTEGER PRIMARY KEY, v, n TEXT COLLATE NOCASE); CREATE TABLE plain(v);
  CREATE TABLE w(k TEXT, j, v, PRIMARY KEY(k, j)) WITHOUT ROWID; CREATE TABLE rowid(rowid, _rowid_, oid);
  CREATE TABLE c(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO c VALUES (4);
  CREATE INDEX i ON t(v); CREATE VIEW view1 AS SELECT 1;
  INSERT INTO t VALUES (1, 1, 'a'), (2, NULL, 'b'), (3, x'61', NULL); INSERT INTO plain(rowid, v) VALUES (5, 0.0), (9, 'x');
  INSERT INTO w VALUES ('k', 1, 'x'); INSERT INTO rowid VALUES (1, 'a', 2.5);`

t.test(
  'equal databases have no differences, whatever their page size and journal mode',
  async (t) => {
    t.same(await compare(t, base, `PRAGMA page_size = 512; PRAGMA journal_mode = wal; ${base}`), [])
  },
)

const changes: readonly (readonly [what: string, sql: string, expected: RegExp])[] = [
  [
    'an integer that became a real',
    'UPDATE t SET v = 1.0 WHERE id = 1',
    /table "t": the row 1 differs/,
  ],
  [
    'a number that became text',
    "UPDATE t SET v = '1' WHERE id = 1",
    /table "t": the row 1 differs/,
  ],
  ['a blob that became text', "UPDATE t SET v = 'a' WHERE id = 3", /table "t": the row 3 differs/],
  [
    'a null that became an empty text',
    "UPDATE t SET v = '' WHERE id = 2",
    /table "t": the row 2 differs/,
  ],
  [
    'letters that differ in case only, where the collation ignores it',
    "UPDATE t SET n = 'A' WHERE id = 1",
    /table "t": the row 1 differs/,
  ],
  [
    'a zero that lost its sign',
    'UPDATE plain SET v = -0.0 WHERE rowid = 5',
    /table "plain": the row 5 differs/,
  ],
  [
    'text behind a NUL',
    "UPDATE plain SET v = 'x' || char(0) || 'y' WHERE rowid = 9",
    /table "plain": the row 9 differs/,
  ],
  [
    'a row that moved to another rowid',
    'UPDATE plain SET rowid = 10 WHERE rowid = 9',
    /table "plain": the row 9 is missing from the second/,
  ],
  [
    'a row that went',
    'DELETE FROM t WHERE id = 2',
    /table "t" has 3 rows in the first, 2 in the second/,
  ],
  ['a row without a rowid', "UPDATE w SET v = 'y'", /table "w": the row k, 1 differs/],
  [
    'a row whose rowid has no name',
    'UPDATE rowid SET oid = 2',
    /table "rowid": row 1 in storage order differs/,
  ],
  ['a sequence', 'UPDATE sqlite_sequence SET seq = 5', /the sequences differ/],
  ['an index that went', 'DROP INDEX i', /the index "i" is missing from the second/],
  [
    'a view with another text',
    'DROP VIEW view1; CREATE VIEW view1 AS SELECT 2',
    /the view "view1" has another text/,
  ],
  ['a table that came', 'CREATE TABLE more(x)', /the table "more" is missing from the first/],
  [
    'objects in another order',
    'DROP INDEX i; CREATE INDEX i ON t(v)',
    /the schema objects stand in another order/,
  ],
  [
    'the user version',
    'PRAGMA user_version = 3',
    /user_version is 0 in the first, 3 in the second/,
  ],
]
for (const [what, sql, expected] of changes)
  t.test(`${what} is found`, async (t) => {
    const found = await compare(t, base, base + sql)
    t.equal(found.length, 1)
    t.match(found[0], expected)
    t.equal((await compare(t, base + sql, base)).length, 1, 'in both directions')
  })

t.test('another encoding is a difference, not an error', async (t) => {
  t.match(await compare(t, base, `PRAGMA encoding = 'UTF-16le'; ${base}`), [/different encodings/])
})

t.test('only chosen tables are compared, and no rows of excluded ones', async (t) => {
  const other = `${base} UPDATE t SET v = 9; DELETE FROM c; DROP TABLE w; UPDATE sqlite_sequence SET seq = 9`
  t.same(await compare(t, base, other, { tables: ['plain', 'ROWID'] }), [])
  t.same((await compare(t, base, other, { tables: ['plain', 'w'] })).length, 1)
  t.same(await compare(t, base, `${base} DELETE FROM t`, { excludedTables: ['T'] }), [])
})

t.test('tables of 2,000 columns are compared', async (t) => {
  const columns = Array.from({ length: 2000 }, (_, n) => `c${n}`).join(',')
  const wide = `CREATE TABLE wide(${columns}); INSERT INTO wide(c0, c1999) VALUES (1, 2), (3, 4);
    CREATE TABLE taken(rowid, _rowid_, oid, ${columns.slice(0, columns.indexOf(',c1997'))}); INSERT INTO taken(c5) VALUES (1);`
  t.same(await compare(t, wide, wide), [])
  t.match(await compare(t, wide, `${wide} UPDATE wide SET c1999 = 2.0 WHERE c0 = 1`), [
    /table "wide": the row 1 differs/,
  ])
  t.match(await compare(t, wide, `${wide} UPDATE taken SET c1996 = 0`), [
    /table "taken": row 1 in storage order differs/,
  ])
})

t.test('damage and missing files are errors that name the files', async (t) => {
  const folder = ownFolder(t)
  await t.rejects(compareDatabases(join(folder, 'a'), join(folder, 'b')), {
    code: 'database-not-found',
  })
})

import { quoted } from './names.js'
import { attempt, type Odd } from './odd.js'

/** Statistics as ANALYZE leaves them, or as somebody edited them. */
export function addStatistics(odd: Odd): void {
  attempt(odd, 'ANALYZE')
  if (odd.dice.chance(0.4))
    attempt(odd, "INSERT INTO sqlite_stat1 VALUES ('no such table', NULL, 'unordered sz=3')")
  odd.story.push('statistics')
}

/** Rows in sqlite_sequence that no AUTOINCREMENT would write. */
export function addSequences(odd: Odd): void {
  const { dice, names, story } = odd
  const name = names.next('counted')
  attempt(odd, `CREATE TABLE ${quoted(name)} (n INTEGER PRIMARY KEY AUTOINCREMENT, v)`)
  attempt(odd, `INSERT INTO ${quoted(name)}(v) VALUES ('a'), (2.0), (x'01')`)
  const oddRows = [
    "INSERT INTO sqlite_sequence VALUES ('a table that is gone', 12)",
    'INSERT INTO sqlite_sequence VALUES (NULL, NULL)',
    "INSERT INTO sqlite_sequence VALUES (NULL, 'text')",
    'INSERT INTO sqlite_sequence VALUES (5, 1.5)',
    "INSERT INTO sqlite_sequence VALUES (x'00ff', x'')",
    'INSERT INTO sqlite_sequence SELECT * FROM sqlite_sequence LIMIT 1',
    "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name LIKE 'counted%'",
    'UPDATE sqlite_sequence SET seq = -5',
    "UPDATE sqlite_sequence SET seq = '7'",
    'DELETE FROM sqlite_sequence WHERE rowid = 1',
    'DELETE FROM sqlite_sequence',
    'UPDATE sqlite_sequence SET name = upper(name)',
  ]
  for (const sql of dice.some(oddRows, 1, 4)) attempt(odd, sql)
  story.push('sequences')
}

/** Tables that came and went, columns added and dropped, names changed. */
export function addHistory(odd: Odd): void {
  const { dice, names, story } = odd
  const [gone, grown, renamed] = [names.next('gone'), names.next('grown'), names.next('renamed')]
  attempt(odd, `CREATE TABLE ${quoted(gone)} (x)`)
  attempt(odd, `INSERT INTO ${quoted(gone)} SELECT zeroblob(3000) FROM sqlite_schema LIMIT 9`)
  attempt(odd, `CREATE TABLE "to be ${dice.below(99)} renamed" (a, b, c CHECK (c <> 4))`)
  attempt(odd, `CREATE TABLE ${quoted(grown)} (a, b)`)
  attempt(odd, `INSERT INTO ${quoted(grown)} VALUES (1, 2), (NULL, 'x')`)
  attempt(odd, `ALTER TABLE ${quoted(grown)} ADD COLUMN late TEXT DEFAULT 3 COLLATE NOCASE`)
  attempt(odd, `ALTER TABLE ${quoted(grown)} ADD COLUMN later REAL NOT NULL DEFAULT 7`)
  attempt(odd, `ALTER TABLE ${quoted(grown)} ADD COLUMN latest AS (a || 1)`)
  attempt(odd, `INSERT INTO ${quoted(grown)}(a, b) VALUES (-0.0, 5)`)
  attempt(odd, `DROP TABLE ${quoted(gone)}`)
  attempt(
    odd,
    `CREATE TABLE ${quoted(renamed)} AS SELECT 1 AS a, 'x' AS "A b", 2.0 AS "", NULL AS n`,
  )
  attempt(odd, `ALTER TABLE ${quoted(renamed)} RENAME TO ${quoted(names.next('now'))}`)
  attempt(odd, `ALTER TABLE ${quoted(grown)} DROP COLUMN b`)
  story.push('history: dropped, altered and renamed tables')
}

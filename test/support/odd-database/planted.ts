import { quoted } from './names.js'
import { attempt, insert, plantSql, type Odd } from './odd.js'

/** Double-quoted strings, which this build of SQLite reads in a stored schema but never accepts. */
export function plantDoubleQuotedStrings(odd: Odd): void {
  const name = odd.names.next('status')
  const table = quoted(name)
  attempt(
    odd,
    `CREATE TABLE ${table} (s TEXT DEFAULT 'new' CHECK (s IN ('new', 'old')), n CHECK (n <> 'x'))`,
  )
  attempt(odd, `INSERT INTO ${table} VALUES ('old', 1), ('new', 2.5), (NULL, NULL)`)
  plantSql(odd, name, (sql) => sql.replaceAll(/'(new|old|x)'/g, '"$1"'))
  const index = odd.names.next('status_index')
  attempt(odd, `CREATE INDEX ${quoted(index)} ON ${table} (s) WHERE s <> 'new'`)
  if (odd.dice.chance(0.5)) plantSql(odd, index, (sql) => sql.replace("'new'", '"new"'))
  odd.story.push('planted: double-quoted strings')
}

/** A table of a module that nobody has here, with the tables it keeps its rows in. */
export function plantUnknownModule(odd: Odd): void {
  const name = odd.names.next('cloud')
  attempt(odd, `CREATE TABLE ${quoted(`${name}_rowids`)} (rowid INTEGER PRIMARY KEY, chunk)`)
  attempt(odd, `INSERT INTO ${quoted(`${name}_rowids`)} VALUES (1, x'00'), (9, 'y')`)
  odd.database.pragma('writable_schema = ON')
  odd.database
    .prepare("INSERT INTO sqlite_schema VALUES ('table', $name, $name, 0, $sql)")
    .run({ name, sql: `CREATE VIRTUAL TABLE ${quoted(name)} USING vec0(embedding float[4])` })
  odd.database.pragma('writable_schema = RESET')
  odd.story.push('planted: an unknown module')
}

/** Functions and collations that nobody has here, in one place each: some of them do no harm. */
export function plantStrangers(odd: Odd): void {
  const { dice, names } = odd
  const name = names.next('strange')
  const table = quoted(name)
  attempt(
    odd,
    `CREATE TABLE ${table} (a CHECK (length(a) > 0), b DEFAULT (upper('x')), c COLLATE RTRIM)`,
  )
  attempt(odd, `INSERT INTO ${table} VALUES ('a', 'b', 'c'), (1, 2.0, x'03'), (NULL, '', 'C ')`)
  const [what, from, to] = dice.pick([
    ['function in a check', 'length(', 'valid_iban('],
    ['function in a default', 'upper(', 'make_id('],
    ['collation of a column', 'RTRIM', 'german'],
  ])
  plantSql(odd, name, (sql) => sql.replace(from, to))
  odd.story.push(`planted: an unknown ${what}`)
}

/** A constraint that older rows don't keep, as left behind by edits of the stored schema. */
export function plantBrokenPromise(odd: Odd): void {
  const { dice, names } = odd
  const name = names.next('promise')
  attempt(odd, `CREATE TABLE ${quoted(name)} (a DEFAULT 1, b TEXT)`)
  for (const row of [
    [null, 'x'],
    [2n, null],
    [3.5, 'y'],
  ] as const)
    insert(odd, name, ['a', 'b'], row)
  const kind = dice.below(2)
  if (kind === 0) plantSql(odd, name, (sql) => sql.replace('a DEFAULT', 'a NOT NULL DEFAULT'))
  else plantSql(odd, name, (sql) => sql.replace('a DEFAULT', 'a TEXT DEFAULT'))
  odd.story.push(
    `planted: ${kind === 0 ? 'NULL in a NOT NULL column' : 'a number in a TEXT column'}`,
  )
}

/** What a document can't carry: an index or a stored column that needs what is not there. */
export function plantUncarriable(odd: Odd): void {
  const { database, dice, names } = odd
  const name = names.next('foreign')
  const table = quoted(name)
  database.function('private_hash', { deterministic: true }, (value) => String(value).length)
  const kind = dice.below(4)
  const generated = ['', 'AS (private_hash(a)) STORED', 'AS (private_hash(a)) VIRTUAL', ''][kind]
  attempt(odd, `CREATE TABLE ${table} (a TEXT, b ${generated})`)
  if (kind === 3)
    attempt(odd, `CREATE INDEX ${quoted(names.next('hashed'))} ON ${table} (private_hash(a))`)
  insert(odd, name, ['a'], ['x'])
  insert(odd, name, ['a'], ['Y'])
  if (kind === 0) {
    const index = names.next('collated')
    attempt(odd, `CREATE INDEX ${quoted(index)} ON ${table} (a COLLATE NOCASE)`)
    plantSql(odd, index, (sql) => sql.replace('COLLATE NOCASE', 'COLLATE german'))
  }
  const kinds = [
    'collation in an index',
    'function in a stored column',
    'function in a column',
    'function in an index',
  ]
  odd.story.push(`planted: an unknown ${kinds[kind]}`)
}

/** Text in the stored schema that is not valid in the encoding: in a comment. */
export function plantBrokenComment(odd: Odd): void {
  const name = odd.names.next('remark')
  attempt(odd, `CREATE TABLE ${quoted(name)} (a /* @@@@ */, b)`)
  attempt(odd, `INSERT INTO ${quoted(name)} VALUES (1, 'x')`)
  const { database } = odd
  database.pragma('writable_schema = ON')
  const broken = odd.encoding === 'UTF-8' ? "x'ff40c040'" : "x'00d800d8'"
  const marks = "CAST('@@@@' AS BLOB)"
  const bytes = 'CAST(sql AS BLOB)'
  const half = odd.encoding === 'UTF-8' ? 4 : 8
  database
    .prepare(
      `UPDATE sqlite_schema SET sql = CAST(
         substr(${bytes}, 1, instr(${bytes}, ${marks}) - 1) || ${broken} ||
         substr(${bytes}, instr(${bytes}, ${marks}) + ${half}) AS TEXT) WHERE name = ?`,
    )
    .run(name)
  database.pragma('writable_schema = RESET')
  odd.story.push('planted: a comment that is not valid text')
}

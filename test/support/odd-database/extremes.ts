import { quoted } from './names.js'
import { attempt, insert, type Odd } from './odd.js'
import { oddInteger, oddValue } from './values.js'

/** As many columns as SQLite allows, or nearly. */
export function addWideTable(odd: Odd): void {
  const { dice, database, encoding, names, story } = odd
  const width = dice.pick([501, 998, 1000, 1999, 2000])
  const name = names.next('wide')
  const key = dice.pick(['INTEGER PRIMARY KEY', 'TEXT PRIMARY KEY', ''])
  const types = ['', 'INTEGER', 'TEXT', 'BOOL', 'REAL'] as const
  const columns = Array.from({ length: width }, (_, index) => `c${index}`)
  const declared = columns.map(
    (column, index) => `${column} ${index === 0 ? key : dice.pick(types)}`,
  )
  database.exec(`CREATE TABLE ${quoted(name)} (${declared.join(', ')})`)
  for (let row = 0; row < 4; row += 1) {
    const values = columns.map(() => (dice.chance(0.6) ? null : oddValue(dice, encoding)))
    insert(odd, name, columns, [oddInteger(dice), ...values.slice(1)])
  }
  story.push(`${width} columns`)
}

/** A text and a blob of a megabyte or two among small rows. */
export function addHugeValues(odd: Odd): void {
  const { dice, names, story } = odd
  const name = names.next('huge')
  attempt(odd, `CREATE TABLE ${quoted(name)} (id INTEGER PRIMARY KEY, t TEXT, b BLOB, n)`)
  const pattern = dice.pick(['ä"\\\n', 'plain text ', '\u0001', '😀é', '{"$'])
  const length = 1_000_000 + dice.below(1_000_000)
  const text = pattern.repeat(Math.ceil(length / pattern.length))
  const rows = [
    [1n, text, null, 1n],
    [2n, 'small', Buffer.alloc(length, dice.below(256)), 2.5],
    [3n, null, dice.bytes(5000), text.slice(0, 70_000)],
    [4n, '', Buffer.alloc(0), { rawText: Buffer.alloc(dice.below(300_000), 0xff) }],
  ] as const
  for (const row of rows) insert(odd, name, ['id', 't', 'b', 'n'], row)
  story.push('values of megabytes')
}

/** Enough plain rows for several batches, with rare odd ones in between. */
export function addLongTable(odd: Odd): void {
  const { dice, database, encoding, names, story } = odd
  const name = names.next('long')
  const key = dice.pick([
    '(id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c REAL, d BLOB)',
    '(a TEXT, b INTEGER, c REAL, d)',
    '(a TEXT, b INTEGER, c REAL, d ANY, PRIMARY KEY (a, b)) WITHOUT ROWID',
    '(a TEXT COLLATE NOCASE, b INTEGER, c REAL, d, PRIMARY KEY (b DESC, a)) WITHOUT ROWID',
    '(b INTEGER, a TEXT PRIMARY KEY, c REAL, d BLOB) WITHOUT ROWID',
  ])
  database.exec(`CREATE TABLE ${quoted(name)} ${key}`)
  const rows = 3000 + dice.below(6000)
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT OR IGNORE INTO ${quoted(name)}(a, b, c, d)
    SELECT 'name ' || (i * 7919 % ${rows}) || char(228 + i % 3000), i * 1103515245 % 65537, i / 7.0,
      iif(i % 10 = 0, CAST(i AS BLOB), i) FROM n`)
  for (let row = 0; row < 6; row += 1) {
    const [a, b, c, d] = Array.from({ length: 4 }, () => oddValue(dice, encoding))
    insert(odd, name, ['a', 'b', 'c', 'd'], [a ?? null, b ?? null, c ?? null, d ?? null])
  }
  attempt(odd, `DELETE FROM ${quoted(name)} WHERE b % 17 = 3`)
  story.push(`${rows} rows ${key}`)
}

/** Columns that take the names of the rowid: one, two or all three of them. */
export function addRowidNames(odd: Odd): void {
  const { dice, encoding, names, story } = odd
  const name = names.next('rowids')
  const taken = dice.some(['rowid', 'OID', '_rowid_'], 1, 3)
  const key = dice.pick(['', 'k INTEGER PRIMARY KEY, ', 'k TEXT PRIMARY KEY, '])
  attempt(odd, `CREATE TABLE ${quoted(name)} (${key}${taken.join(', ')}, v)`)
  for (let row = 0; row < 9; row += 1)
    insert(
      odd,
      name,
      [...taken, 'v'],
      [...taken.map(() => oddInteger(dice)), oddValue(dice, encoding)],
    )
  attempt(odd, `DELETE FROM ${quoted(name)} WHERE length(v) = 1`)
  story.push(`columns called ${taken.join()}`)
}

import { quoted } from './names.js'
import { attempt, insert, type Odd } from './odd.js'

/** A self-reference, a cycle of three, composite keys, missing parents, and rows that break them. */
export function addReferences(odd: Odd): void {
  const { dice, names } = odd
  const [self, left, middle, right, pair, orphan] = [
    'self',
    'left',
    'mid',
    'right',
    'pair',
    'orphan',
  ]
    .map((name) => names.next(name))
    .map((name) => ({ name, sql: quoted(name) })) as [Named, Named, Named, Named, Named, Named] // six
  const statements = [
    `CREATE TABLE ${self.sql} (id INTEGER PRIMARY KEY, parent REFERENCES ${self.sql})`,
    `CREATE TABLE ${left.sql} (id INTEGER PRIMARY KEY AUTOINCREMENT, m INT REFERENCES ${middle.sql}(id))`,
    `CREATE TABLE ${middle.sql} (id INT UNIQUE, r REFERENCES ${right.sql}(code) ON DELETE SET NULL)`,
    `CREATE TABLE ${right.sql} (code TEXT PRIMARY KEY, l REFERENCES ${left.sql} DEFERRABLE INITIALLY DEFERRED)`,
    `CREATE TABLE ${pair.sql} (a, b COLLATE NOCASE, c REFERENCES ${pair.sql}(rowid), PRIMARY KEY (b, a)) WITHOUT ROWID`,
    `CREATE TABLE ${orphan.sql} (x, y, z REFERENCES "no such table"(id), FOREIGN KEY (x, y) REFERENCES ${pair.sql}(b, a) ON UPDATE CASCADE)`,
  ]
  if (dice.chance(0.2))
    statements.push('CREATE TABLE lone (v REFERENCES missing ON DELETE CASCADE)')
  for (const sql of dice.chance(0.5) ? statements : statements.reverse()) attempt(odd, sql)
  const small = (): bigint => BigInt(dice.below(8))
  for (let row = 0; row < 12; row += 1) {
    insert(odd, self.name, ['id', 'parent'], [BigInt(row), dice.chance(0.2) ? null : small()])
    insert(odd, left.name, ['id', 'm'], [BigInt(row * 3), small()])
    insert(odd, middle.name, ['id', 'r'], [small(), `code ${dice.below(6)}`])
    insert(odd, right.name, ['code', 'l'], [`code ${dice.below(8)}`, small() * 3n])
    insert(odd, pair.name, ['a', 'b', 'c'], [small(), dice.pick(['x', 'X', 'y', '1']), null])
    insert(
      odd,
      orphan.name,
      ['x', 'y', 'z'],
      [dice.pick(['x', 'Y', null]), small(), dice.pick([null, 1n])],
    )
  }
  odd.story.push('references: self, cycle, composite, missing parents, broken rows')
}

interface Named {
  readonly name: string
  readonly sql: string
}

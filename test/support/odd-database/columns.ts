import type { Dice } from './dice.js'
import { quoted, quotedSomehow, type NameGiver } from './names.js'
import type { Odd, OddColumn } from './odd.js'
import { oddBlob, oddInteger, oddReal, oddText, oddValue, type OddValue } from './values.js'

const looseTypes: readonly [string, ...string[]] = [
  '', 'INTEGER', 'INT', 'BIGINT', 'integer', 'TEXT', 'varchar(20)', 'CLOB', 'BLOB', 'REAL', 'double',
  'FLOAT', 'NUMERIC', 'DECIMAL(10,2)', 'BOOL', 'boolean', 'Boolean', 'datetime',
  'CHARINT', 'FLOATING POINT', 'STRING', 'JSON', 'ANY', 'UNSIGNED BIG INT', 'NATIVE CHARACTER(70)',
  '"weird ""type"', 'BLOBINT', 'bool ', 'date', '[a b]',
] // prettier-ignore

const strictTypes: readonly [string, ...string[]] = [
  'INT',
  'INTEGER',
  'REAL',
  'TEXT',
  'BLOB',
  'ANY',
]

/** A declared type and values for it: any class in a loose table, the right one in a STRICT table. */
export function oddType(odd: Odd, strict: boolean): { type: string; draw: () => OddValue } {
  const { dice, encoding } = odd
  const type = dice.pick(strict ? strictTypes : looseTypes)
  if (strict) return { type, draw: () => strictValue(odd, type) }
  if (/bool/i.test(type) && dice.chance(0.7))
    return {
      type,
      draw: () => (dice.chance(0.9) ? BigInt(dice.below(2)) : oddValue(dice, encoding)),
    }
  return { type, draw: () => oddValue(dice, encoding) }
}

function strictValue({ dice, encoding }: Odd, type: string): OddValue {
  if (dice.chance(0.15)) return null
  if (type === 'REAL') return oddReal(dice)
  if (type === 'TEXT') return oddText(dice, encoding)
  if (type === 'BLOB') return oddBlob(dice)
  return type === 'ANY' ? oddValue(dice, encoding) : oddInteger(dice)
}

export function oddColumn(odd: Odd, names: NameGiver, strict: boolean): OddColumn {
  const { type, draw } = oddType(odd, strict)
  const name = names.next(`c${odd.dice.below(9)}`)
  const declared = [type, ...constraints(odd, name)].join(' ')
  return { name, declared, generated: false, draw }
}

const defaults: readonly [string, ...string[]] = [
  '1', '-1', '-9223372036854775808', '1.50', '-1.5e300', "'it''s'", "x'00ff'", '(random())', 'NULL',
  'CURRENT_TIMESTAMP', 'TRUE', "''", "('a' || char(0))", '(1e999)', '0x10',
] // prettier-ignore

function constraints({ dice, tables }: Odd, name: string): string[] {
  const column = quoted(name)
  const found: string[] = []
  if (dice.chance(0.06)) found.push(dice.pick(['NOT NULL', 'NOT NULL ON CONFLICT IGNORE']))
  if (dice.chance(0.06)) found.push(dice.pick(['UNIQUE', 'UNIQUE ON CONFLICT REPLACE']))
  if (dice.chance(0.15)) found.push(`DEFAULT ${dice.pick(defaults)}`)
  if (dice.chance(0.15)) found.push(`COLLATE ${dice.pick(['NOCASE', 'RTRIM', 'BINARY', 'nocase'])}`)
  if (dice.chance(0.1)) found.push(`CHECK (${column} IS NULL OR typeof(${column}) <> 'never')`)
  if (dice.chance(0.05)) found.push(`CONSTRAINT "named ""check" CHECK (length(${column}) < 1e9)`)
  const parent = dice.chance(0.1) ? dice.any(tables) : undefined
  if (parent) found.push(`REFERENCES ${quoted(parent.name)} ON DELETE CASCADE`)
  return found
}

/** An expression over a column that never fails, whatever the column holds, and its type. */
export function safeExpression(dice: Dice, name: string): readonly [sql: string, type: string] {
  const column = quoted(name)
  return dice.pick<readonly [string, string]>([
    [`typeof(${column})`, 'TEXT'],
    [`length(${column})`, 'INTEGER'],
    [`coalesce(${column}, 'none') || '-'`, 'TEXT'],
    [`${column} IS NULL`, 'INT'],
    [`hex(${column})`, 'TEXT'],
    [`CAST(${column} AS BLOB)`, 'BLOB'],
    [`iif(${column} = 0, 1.0, 0.5)`, 'REAL'],
    [`lower(${column})`, 'ANY'],
  ])
}

export function generatedColumn(odd: Odd, names: NameGiver, of: string): OddColumn {
  const [sql, type] = safeExpression(odd.dice, of)
  const name = names.next('g')
  const kind = odd.dice.pick(['VIRTUAL', 'STORED', ''])
  const declared = `${type} GENERATED ALWAYS AS (${sql}) ${kind}`
  return { name, declared, generated: true, draw: () => null }
}

export function columnSql(dice: Dice, { name, declared }: OddColumn): string {
  return `${quotedSomehow(dice, name)} ${declared}`
}

import { columnSql, generatedColumn, oddColumn, safeExpression } from './columns.js'
import { NameGiver, quoted, quotedSomehow } from './names.js'
import { attempt, insert, type Odd, type OddColumn, type OddTable } from './odd.js'
import { oddBlob, oddInteger, oddText, oddValue, type OddValue } from './values.js'

const keys = [
  'none', 'none', 'integer', 'integer', 'integer descending', 'autoincrement', 'integer apart',
  'typed', 'typed', 'composite', 'composite', 'without rowid', 'without rowid composite',
] as const // prettier-ignore
type Key = (typeof keys)[number]

/** A table with a random key, columns, rows and indexes. */
export function addPlainTable(odd: Odd): void {
  const { dice } = odd
  const strict = dice.chance(0.2)
  const key = dice.pick(keys)
  const table = createTable(odd, strict, key)
  if (!table) return
  odd.tables.push(table)
  const indexFirst = dice.chance(0.5)
  if (indexFirst) addIndexes(odd, table)
  const rows = fillTable(odd, table, dice.chance(0.08) ? 700 : dice.below(30))
  if (!indexFirst) addIndexes(odd, table)
  odd.story.push(
    `table ${JSON.stringify(table.name)}: key ${key}${strict ? ', strict' : ''}, ${rows} rows`,
  )
}

function createTable(odd: Odd, strict: boolean, key: Key): OddTable | null {
  const { dice } = odd
  const names = new NameGiver(dice, 0.35)
  const columns = Array.from({ length: dice.below(7) }, () => oddColumn(odd, names, strict))
  const keyColumns = drawKey(odd, names, key, strict)
  columns.splice(dice.chance(0.7) ? 0 : dice.below(columns.length + 1), 0, ...keyColumns.columns)
  if (columns.length === 0) columns.push(oddColumn(odd, names, strict))
  const base = dice.any(columns)
  if (base && dice.chance(0.3)) columns.push(generatedColumn(odd, names, base.name))
  if (base && dice.chance(0.1)) columns.unshift(generatedColumn(odd, names, base.name))
  const name = odd.names.next(`t${odd.tables.length}`)
  const parts = columns.map((column) => columnSql(dice, column))
  if (keyColumns.constraint !== '') parts.push(keyColumns.constraint)
  const withoutRowid = key.startsWith('without rowid')
  const options = [withoutRowid && 'WITHOUT ROWID', strict && 'STRICT'].filter(Boolean).join(', ')
  const gap = dice.pick([' ', '\n', '/* "(" */', " -- it's\n", '\t'])
  const body = parts.join(dice.pick([', ', ',\n  ', ' , ']))
  const sql = `CREATE TABLE ${quotedSomehow(dice, name)}${gap}(${body})${options}`
  if (!attempt(odd, sql)) return null
  return { name, columns, withoutRowid, rowidName: freeRowidName(columns, withoutRowid) }
}

function freeRowidName(columns: readonly OddColumn[], withoutRowid: boolean): string | null {
  if (withoutRowid) return null
  if (columns.some(({ declared }) => /^INTEGER PRIMARY KEY(?! DESC)/.test(declared))) return null
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()))
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null
}

function drawKey(
  odd: Odd,
  names: NameGiver,
  key: Key,
  strict: boolean,
): { columns: OddColumn[]; constraint: string } {
  const { dice, encoding } = odd
  const column = (declared: string, draw: () => OddValue): OddColumn => {
    return { name: names.next('id'), declared, generated: false, draw }
  }
  const rowid = (): OddValue => drawRowid(odd)
  if (key === 'none') return { columns: [], constraint: '' }
  if (key === 'integer') return { columns: [column('INTEGER PRIMARY KEY', rowid)], constraint: '' }
  if (key === 'integer descending')
    return { columns: [column('INTEGER PRIMARY KEY DESC', rowid)], constraint: '' }
  if (key === 'autoincrement')
    return { columns: [column('INTEGER PRIMARY KEY AUTOINCREMENT', rowid)], constraint: '' }
  if (key === 'integer apart') {
    const apart = column('INTEGER', rowid)
    return { columns: [apart], constraint: `PRIMARY KEY (${quoted(apart.name)})` }
  }
  const types = strict
    ? (['INT', 'TEXT', 'BLOB', 'ANY'] as const)
    : (['INT', 'TEXT', 'BLOB', 'REAL', '', 'BOOLEAN', 'TEXT COLLATE NOCASE'] as const)
  const draws = { INT: oddInteger, TEXT: oddText, BLOB: oddBlob, ANY: oddValue }
  const keyColumn = (extra: string): OddColumn => {
    const type = dice.pick<string>(types)
    const draw = strict ? draws[type as keyof typeof draws] : oddValue // the four strict types
    return column(`${type}${extra}`, () => draw(dice, encoding))
  }
  if (key === 'typed' || key === 'without rowid') {
    const order = dice.pick(['', ' DESC', ' ASC'])
    return { columns: [keyColumn(` PRIMARY KEY${order}`)], constraint: '' }
  }
  const columns = Array.from({ length: 2 + dice.below(3) }, () => keyColumn(''))
  const parts = dice.some(columns, 2, columns.length).map(({ name }) => {
    return `${quoted(name)}${dice.pick(['', ' COLLATE NOCASE', ' COLLATE RTRIM'])}${dice.pick(['', ' DESC'])}`
  })
  return { columns, constraint: `PRIMARY KEY (${parts.join(', ')})` }
}

/** Small, sparse, negative and extreme rowids. */
function drawRowid({ dice }: Odd): bigint {
  const draw = dice.below(10)
  if (draw < 6) return BigInt(dice.below(2000))
  if (draw < 8) return BigInt(-dice.below(2000))
  return dice.chance(0.5) ? oddInteger(dice) : BigInt(dice.bits()) << 12n
}

/** Inserts up to `count` rows and deletes some; returns how many were taken. */
export function fillTable(odd: Odd, table: OddTable, count: number): number {
  const { dice, database } = odd
  const columns = table.columns.filter(({ generated }) => !generated)
  const withRowid = table.rowidName !== null && dice.chance(0.7)
  const names = columns.map(({ name }) => name)
  if (withRowid && table.rowidName !== null) names.push(table.rowidName)
  if (dice.chance(0.1)) database.pragma('ignore_check_constraints = ON')
  let taken = 0
  for (let row = 0; row < count; row += 1) {
    const values = columns.map((column) => column.draw())
    if (withRowid) values.push(drawRowid(odd))
    if (insert(odd, table.name, names, values)) taken += 1
  }
  database.pragma('ignore_check_constraints = OFF')
  const some = dice.any(columns)
  if (some && dice.chance(0.2))
    attempt(odd, `DELETE FROM ${quoted(table.name)} WHERE length(${quoted(some.name)}) % 3 = 1`)
  return taken
}

/** Plain, unique, partial, descending, collated and expression indexes. */
export function addIndexes(odd: Odd, table: OddTable): void {
  const { dice } = odd
  for (let left = dice.below(3); left > 0; left -= 1) {
    const parts = dice.some(table.columns, 1, 3).map(({ name }) => {
      const expression = dice.chance(0.25) ? `(${safeExpression(dice, name)[0]})` : quoted(name)
      const collation = dice.pick(['', '', ' COLLATE NOCASE', ' COLLATE RTRIM'])
      return `${expression}${collation}${dice.pick(['', ' DESC'])}`
    })
    const column = dice.any(table.columns)
    const where = column && dice.chance(0.3) ? ` WHERE ${quoted(column.name)} IS NOT NULL` : ''
    const unique = dice.chance(0.15) ? 'UNIQUE ' : ''
    const name = quotedSomehow(dice, odd.names.next('index'))
    attempt(
      odd,
      `CREATE ${unique}INDEX ${name} ON ${quoted(table.name)} (${parts.join(', ')})${where}`,
    )
  }
}

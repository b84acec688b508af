import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import type { OtherObject, SchemaObject, TableObject } from '../../../core/schema.js'
import type { Losses } from '../losses.js'
import { quoted } from '../sql-names.js'
import { serverFacts, type ServerFacts } from './server-facts.js'
import { type SqliteType, sqliteTypeOf } from './sqlite-value.js'

export interface SqliteColumn extends SqliteType {
  readonly name: string
  /** Whether rows are told apart by it: values that differ must not become alike. */
  readonly isUnique: boolean
}

/** A table of PostgreSQL as SQLite will have it. */
export interface SqliteTable {
  readonly model: string
  readonly entry: TableObject
  readonly indexes: readonly OtherObject[]
  readonly columns: readonly SqliteColumn[]
  /** Whether its key is the rowid, which no record has to state beside it. */
  readonly keyIsRowid: boolean
  /** Schema and name of the sequence behind the key, where there is one. */
  readonly sequence: string | null
}

const whole = new Set(['smallint', 'integer', 'bigint'])

/** What SQLite makes of a table; what it can't have is noted. */
export function sqliteTable(
  table: TableObject,
  schema: readonly SchemaObject[],
  losses: Losses,
): SqliteTable {
  const facts = serverFacts(table, schema)
  const given = table.columns ?? []
  requireNames(table)
  const [key] = table.primary_key
  const keyType = given.find(([name]) => name === key)?.[1] ?? ''
  const keyIsRowid = table.primary_key.length === 1 && whole.has(keyType)
  const indexed = facts.indexes.flatMap(({ columns: of, unique }) => (unique ? of : []))
  const distinct = new Set([...table.primary_key, ...facts.unique.flat(), ...indexed])
  const columns = given.map(([name, type]): SqliteColumn => ({
    name,
    isUnique: distinct.has(name),
    // Only a key that is declared so is the rowid.
    ...(keyIsRowid && name === key ? { ...sqliteTypeOf(type), declared: 'integer' } : sqliteTypeOf(type)),
  })) // prettier-ignore
  for (const what of facts.uncarried) losses.note(`of ${table.name}: ${what}`)
  const references = carriedReferences(table, schema, losses)
  const sql = createSql({ table: { ...table, references }, facts, columns, keyIsRowid })
  return {
    model: table.model ?? table.name,
    entry: entryOf({ ...table, references }, sql),
    indexes: facts.indexes.map((index) => indexOf(table, index)),
    columns,
    keyIsRowid,
    sequence: keyIsRowid ? facts.sequence : null,
  }
}

/** SQLite refuses every change to a table whose reference leads to nothing unique. */
function carriedReferences(
  { name, references }: TableObject,
  schema: readonly SchemaObject[],
  losses: Losses,
): TableObject['references'] {
  return references.filter(({ columns, table, to }) => {
    const parent = schema.find((object) => object.type === 'table' && object.name === table)
    const same = (key: readonly string[]): boolean => key.toSorted().join() === to.toSorted().join()
    if (parent?.type === 'table' && same(parent.primary_key)) return true
    if (parent?.type === 'table' && serverFacts(parent, schema).unique.some(same)) return true
    losses.note(`of ${name}: the reference ${columns.join(', ')} to ${table}`)
    return false
  })
}

function requireNames({ name, columns = [] }: TableObject): void {
  const folded = new Set(columns.map(([column]) => foldCase(column)))
  if (folded.size < columns.length)
    throw refused(`two columns of "${name}" have one name but for the case of its letters`)
  if (foldCase(name).startsWith('sqlite_'))
    throw refused(`the table "${name}" has a name that SQLite keeps for itself`)
}

export function refused(what: string): OctavoError {
  return new OctavoError('restore-refused', `${what}, which SQLite can not have`, {
    hint: 'Nothing was changed. Restore it into PostgreSQL, or choose models with --only.',
  })
}

interface CreateParts {
  readonly table: TableObject
  readonly facts: ServerFacts
  readonly columns: readonly SqliteColumn[]
  readonly keyIsRowid: boolean
}

function createSql({ table, facts, columns, keyIsRowid }: CreateParts): string {
  const { name, primary_key: key, references } = table
  const list = (names: readonly string[]): string => names.map(quoted).join(', ')
  const words = columns.map(({ name: column, declared }) => {
    // A NaN becomes null there.
    const notNull = facts.notNull.has(column) && declared !== 'real' ? ' NOT NULL' : ''
    const counter = facts.sequence === null ? '' : ' AUTOINCREMENT'
    const isKey = keyIsRowid && column === key[0] ? ` PRIMARY KEY${counter}` : ''
    return `${quoted(column)}${declared === '' ? '' : ` ${declared}`}${notNull}${isKey}`
  })
  if (key.length > 0 && !keyIsRowid) words.push(`PRIMARY KEY (${list(key)})`)
  for (const unique of facts.unique) words.push(`UNIQUE (${list(unique)})`)
  for (const { columns: from, table: parent, to } of references)
    words.push(
      `FOREIGN KEY (${list(from)}) REFERENCES ${quoted(parent)} (${list(to)})${facts.actions.get(from.join(',')) ?? ''} DEFERRABLE INITIALLY DEFERRED`,
    )
  return `CREATE TABLE ${quoted(name)} (${words.join(', ')})`
}

function entryOf(table: TableObject, sql: string): TableObject {
  const { name, model = name, primary_key, references } = table
  return { type: 'table', kind: 'table', name, model, primary_key, references, sql }
}

function indexOf(
  { name: table }: TableObject,
  { name, columns, unique }: ServerFacts['indexes'][number],
): OtherObject {
  const sql = `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoted(name)} ON ${quoted(table)} (${columns.map(quoted).join(', ')})`
  return { type: 'index', name, table, sql }
}

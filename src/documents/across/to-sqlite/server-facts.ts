import type { SchemaObject, ServerObject, TableObject } from '../../../core/schema.js'
import { namesIn } from '../sql-names.js'

/** What the SQL of pg_dump says of a table beyond what its own entry says. */
export interface ServerFacts {
  readonly notNull: ReadonlySet<string>
  /** Columns of unique constraints and of plain indexes. */
  readonly unique: readonly (readonly string[])[]
  readonly indexes: readonly {
    readonly name: string
    readonly columns: readonly string[]
    readonly unique: boolean
  }[]
  /** Schema and name of the sequence that gives its key, where one does. */
  readonly sequence: string | null
  /** `ON DELETE CASCADE` of foreign keys, by their columns. */
  readonly actions: ReadonlyMap<string, string>
  /** What is said of it besides, and has no counterpart. */
  readonly uncarried: readonly string[]
}

const unique = /^ALTER TABLE ONLY [^\n]+\n\s+ADD CONSTRAINT .+ UNIQUE \(([^()]+)\)[^()]*;$/s
const index = /^CREATE (UNIQUE )?INDEX (.+) ON (?:ONLY )?.+ USING btree \(([^()]+)\);$/s
const owned = /^ALTER SEQUENCE (.+) OWNED BY (.+);$/s
const identity =
  /^ALTER TABLE (.+) ALTER COLUMN (.+) ADD GENERATED .+ AS IDENTITY \(\s+SEQUENCE NAME (\S+)\n/s

export function serverFacts(table: TableObject, schema: readonly SchemaObject[]): ServerFacts {
  const own = ownObjects(table, schema)
  const lines = createLines(own)
  return {
    notNull: new Set(lines.filter((line) => / NOT NULL,?$/.test(line)).flatMap(firstName)),
    unique: own.flatMap(({ sql }) => {
      const columns = unique.exec(sql)?.[1]
      return columns === undefined || sql.includes('NULLS NOT') ? [] : [namesIn(columns)]
    }),
    indexes: own.flatMap(({ sql }) => {
      const [, isUnique, name = '', columns = ''] = index.exec(sql) ?? []
      // Beside a name there may be a direction, a collation or a class of operators.
      const plain = columns.split(', ').every((column) => namesIn(column).length === 1)
      if (columns === '' || !plain || sql.includes('NULLS NOT')) return []
      return [{ name: namesIn(name)[0] ?? '', columns: namesIn(columns), unique: isUnique !== undefined }]
    }),
    sequence: sequenceOf(table, schema),
    actions: new Map(own.flatMap(actionOf)),
    uncarried: [
      named('computed columns', lines, / GENERATED ALWAYS AS \(/),
      named('checks', lines, /^ {4}CONSTRAINT .* CHECK /),
      named('defaults', lines, / DEFAULT (?!nextval\()/),
      named('exclusions', own.flatMap(({ sql }) => sql.split('\n')), /ADD CONSTRAINT .* EXCLUDE /),
    ].flat(),
  } // prettier-ignore
}

function named(what: string, lines: readonly string[], pattern: RegExp): string[] {
  const names = lines
    .filter((line) => pattern.test(line))
    .flatMap((line) => namesIn(line.replace(/^ *(ADD )?(CONSTRAINT )?/, '')).slice(0, 1))
  return names.length === 0 ? [] : [`${what} ${names.join(', ')}`]
}

const foreignKey =
  /FOREIGN KEY \((.+?)\) REFERENCES .+\)((?: ON (?:DELETE|UPDATE) [A-Z ]+?)+)(?: DEFERRABLE.*)?;$/s

function actionOf({ kind, sql }: ServerObject): (readonly [columns: string, actions: string])[] {
  const [, columns = '', actions = ''] =
    kind === 'FK CONSTRAINT' ? (foreignKey.exec(sql) ?? []) : []
  return columns === '' ? [] : [[namesIn(columns).join(','), actions]]
}

/** The objects that stand on a table and carry its name: `item item_pkey`. */
function ownObjects(table: TableObject, schema: readonly SchemaObject[]): ServerObject[] {
  const [of, bare] = [table.schema ?? '', bareName(table)]
  return schema
    .filter((object) => object.type === 'object')
    .filter((object) => object.schema === of)
    .filter(({ kind, name, sql }) => {
      if (kind === 'TABLE') return name === bare
      if (kind === 'CONSTRAINT' || kind === 'FK CONSTRAINT') return name.startsWith(`${bare} `)
      const on = / ON (?:ONLY )?(.+?) USING /s.exec(sql)?.[1] ?? ''
      return kind === 'INDEX' && namesIn(on).join('.') === `${of}.${bare}`
    })
}

export function bareName({ name, schema = 'public' }: TableObject): string {
  return schema === 'public' ? name : name.slice(schema.length + 1)
}

function createLines(own: readonly ServerObject[]): string[] {
  const sql = own.find(({ kind }) => kind === 'TABLE')?.sql ?? ''
  return sql.split('\n').filter((line) => line.startsWith('    '))
}

function firstName(line: string): string[] {
  return namesIn(line).slice(0, 1)
}

function sequenceOf(table: TableObject, schema: readonly SchemaObject[]): string | null {
  const key = [table.schema ?? 'public', bareName(table), ...table.primary_key].join('.')
  for (const object of schema) {
    if (object.type !== 'object') continue
    const [, sequence = '', column = ''] = owned.exec(object.sql) ?? []
    if (column !== '' && namesIn(column).join('.') === key) return namesIn(sequence).join('.')
    const [, on = '', of = '', made = ''] = identity.exec(object.sql) ?? []
    if (on !== '' && [...namesIn(on), ...namesIn(of)].join('.') === key) return namesIn(made).join('.')
  } // prettier-ignore
  return null
}

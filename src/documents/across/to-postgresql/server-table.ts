import { OctavoError } from '../../../core/errors.js'
import type { SchemaObject, ServerObject, TableObject } from '../../../core/schema.js'
import type { TableProfile } from '../../../core/table-profile.js'
import type { Losses } from '../losses.js'
import { quoted } from '../sql-names.js'
import { columnLines, identity, indexOn, object, sequenceLine } from './server-objects.js'
import { carriedReferences } from './server-references.js'
import { serverColumn, type ServerColumn } from './server-type.js'
import { UsedNames } from './used-names.js'

/** A table of SQLite as PostgreSQL will have it. */
export interface ServerTable {
  readonly model: string
  readonly entry: TableObject
  readonly columns: readonly ServerColumn[]
  /** In the order in which they can be made. */
  readonly objects: readonly ServerObject[]
  /** Whether its records stand in the order of the key already. */
  readonly keyIsRowid: boolean
  /** The state of the sequence behind its key. */
  readonly sequence: string | null
}

export interface MakeServerTables {
  /** Those of the document; shadow tables are left out. */
  readonly schema: readonly SchemaObject[]
  readonly profiles: ReadonlyMap<string, TableProfile>
  /** Type of a column that is in the target already. */
  readonly wanted: (table: string, column: string) => string | undefined
  readonly losses: Losses
}

export function serverTables(options: MakeServerTables): ServerTable[] {
  const entries = options.schema.filter(
    (object) => object.type === 'table' && options.profiles.has(object.name),
  ) as TableObject[] // the filter says so
  const typed = new Map(entries.map((entry) => [entry.name, columnsOf(entry, options)]))
  const names = new UsedNames(entries.map(({ name }) => name))
  return entries.map((entry) => serverTable(entry, { ...options, typed, names }))
}

function columnsOf(
  { name }: TableObject,
  { profiles, wanted, losses }: MakeServerTables,
): ServerColumn[] {
  const profile = profiles.get(name)
  return (profile?.columns ?? []).map((column) => {
    requireName(column.name)
    return serverColumn(name, column, { wanted: wanted(name, column.name), losses })
  })
}

interface Making extends MakeServerTables {
  readonly typed: ReadonlyMap<string, readonly ServerColumn[]>
  readonly names: UsedNames
}

function serverTable(table: TableObject, making: Making): ServerTable {
  const { name, model = name, primary_key: key } = table
  const { profiles, typed, names, losses } = making
  const profile = profiles.get(name)
  for (const what of profile?.uncarried ?? []) losses.note(`of ${name}: ${what}`)
  requireName(name)
  const columns = typed.get(name) ?? []
  const references = carriedReferences(table, making)
  const lastKey = profile?.lastKey ?? null
  const on = `public.${quoted(name)}`
  const list = (of: readonly string[]): string => of.map(quoted).join(', ')
  const add = (constraint: string, what: string): ServerObject =>
    object(what.startsWith('FOREIGN') ? 'FK CONSTRAINT' : 'CONSTRAINT', `${name} ${constraint}`, {
      after: true,
      sql: `ALTER TABLE ONLY ${on}\n    ADD CONSTRAINT ${quoted(constraint)} ${what};`,
    })
  const sequence = lastKey === null ? null : names.take(`${name}_${key[0] ?? ''}_seq`)
  const objects = [
    object('TABLE', name, { sql: `CREATE TABLE ${on} (\n${columnLines(columns, key)}\n);` }),
    ...(sequence === null ? [] : [identity(on, key[0] ?? '', sequence)]),
    ...(key.length > 0 ? [add(names.take(`${name}_pkey`), `PRIMARY KEY (${list(key)})`)] : []),
    ...(profile?.unique ?? []).map((of) =>
      add(names.take(`${name}_${of.join('_')}_key`), `UNIQUE (${list(of)})`),
    ),
    ...(profile?.indexes ?? []).map((index) => indexOn(on, names.take(index.name), index)),
    ...references.map(({ columns: from, table: parent, to }, index) =>
      add(
        `fk_${String(index + 1).padStart(3, '0')}`,
        `FOREIGN KEY (${list(from)}) REFERENCES public.${quoted(parent)}(${list(to)}) DEFERRABLE INITIALLY DEFERRED`,
      ),
    ),
  ]
  const named = columns.map((column): [string, string] => [column.name, column.type])
  return {
    model,
    entry: {
      type: 'table',
      kind: 'table',
      name,
      schema: 'public',
      model,
      primary_key: key,
      references,
      columns: named,
      sql: '',
    },
    columns,
    objects,
    keyIsRowid: lastKey !== null,
    sequence: sequence === null ? null : sequenceLine(sequence, lastKey ?? 0n),
  }
}

function requireName(name: string): void {
  if (Buffer.byteLength(name) <= 63 && name !== '') return
  throw new OctavoError(
    'restore-refused',
    `the name "${name}" is ${name === '' ? 'empty' : 'longer than 63 bytes'}, which PostgreSQL can not have`,
    { hint: 'Nothing was changed. Restore it into SQLite, or choose models with --only.' },
  )
}

import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { type ContentType, nameModels } from '../../../core/model-names.js'
import type { SchemaObject } from '../../../core/schema.js'
import type { SqliteObject } from './read-schema.js'
import type { StoredTable } from './table-columns.js'

/** A table that holds records, under its public name. */
export interface RecordTable {
  readonly model: string
  readonly stored: StoredTable
}

export interface EntryOptions {
  readonly contentTypes: readonly ContentType[]
  readonly modelNames?: ReadonlyMap<string, string> | undefined
  /** The models to keep, without case; all where it is missing. */
  readonly models?: readonly string[] | undefined
}

export interface SchemaEntries {
  readonly schema: readonly SchemaObject[]
  readonly tables: readonly RecordTable[]
}

/**
 * The document's schema entries. A selection keeps its tables with their indexes and triggers; views
 * and virtual tables belong to the whole. Throws `model-unknown` for a name that no model has.
 */
export function schemaEntries(
  objects: readonly SqliteObject[],
  options: EntryOptions,
): SchemaEntries {
  const names = nameTables(objects, options)
  const chosen = options.models && chosenTables(names, options.models)
  const kept = objects.filter((object) => {
    if (!chosen) return true
    if (object.type === 'table') return chosen.has(foldCase(object.name))
    return object.type !== 'view' && chosen.has(foldCase(object.table))
  })
  const tables = kept.flatMap((object) =>
    object.type === 'table' && object.kind !== 'virtual'
      ? [{ model: names.get(object.name) ?? object.name, stored: object.stored }]
      : [],
  )
  return { schema: kept.map((object) => entryOf(object, names)), tables }
}

function nameTables(
  objects: readonly SqliteObject[],
  { contentTypes, modelNames }: EntryOptions,
): Map<string, string> {
  const tables: string[] = []
  const unnamed: string[] = []
  for (const object of objects) {
    if (object.type !== 'table' || object.kind === 'virtual') continue
    const own = object.kind === 'shadow' || object.name.startsWith('sqlite_')
    ;(own ? unnamed : tables).push(object.name)
  }
  return nameModels({ tables, unnamed, contentTypes, configured: modelNames })
}

/** In lower case, as SQLite compares names. */
function chosenTables(names: ReadonlyMap<string, string>, models: readonly string[]): Set<string> {
  const tables = new Map([...names].map(([table, model]) => [foldCase(model), table]))
  return new Set(
    models.map((model) => {
      const table = tables.get(foldCase(model))
      if (table !== undefined) return foldCase(table)
      throw new OctavoError('model-unknown', `there is no model "${model}" in the database`, {
        details: { model },
      })
    }),
  )
}

function entryOf(object: SqliteObject, names: ReadonlyMap<string, string>): SchemaObject {
  if (object.type !== 'table') return object
  const { type, kind, name, sql } = object
  if (kind === 'virtual') return { type, kind, name, primary_key: [], references: [], sql }
  const { key, references, order } = object.stored
  return {
    type,
    kind,
    name,
    model: names.get(name) ?? name,
    primary_key: key.map((column) => column.name),
    references,
    ...(order.by === 'storage' && { rowid: false }),
    sql,
  }
}

import { OctavoError } from '../../../core/errors.js'
import { foldCase } from '../../../core/fold-case.js'
import { type ContentType, nameModels } from '../../../core/model-names.js'
import type { TableObject } from '../../../core/schema.js'
import type { StoredTable } from './stored-table.js'

/** A table that holds records, under its public name. */
export interface RecordTable {
  readonly model: string
  readonly stored: StoredTable
}

export interface NamingOptions {
  readonly contentTypes: readonly ContentType[]
  readonly modelNames?: ReadonlyMap<string, string> | undefined
  /** The models to keep, without case; all where it is missing. */
  readonly models?: readonly string[] | undefined
}

/** Throws `model-clash` for two tables under one name, `model-unknown` for a name that none has. */
export function nameTables(
  tables: readonly StoredTable[],
  { contentTypes, modelNames, models }: NamingOptions,
): RecordTable[] {
  requireDistinctNames(tables)
  const all = tables.map(({ name }) => name)
  const names = nameModels({ tables: all, contentTypes, configured: modelNames })
  const named = tables.map((stored) => ({ model: names.get(stored.name) ?? stored.name, stored }))
  if (models === undefined) return named
  const byModel = new Map(named.map((table) => [foldCase(table.model), table]))
  const chosen = models.map((model) => {
    const table = byModel.get(foldCase(model))
    if (table) return table
    throw new OctavoError('model-unknown', `there is no model "${model}" in the database`, {
      details: { model },
    })
  })
  return named.filter((table) => chosen.includes(table))
}

/** `public."a.b"` and `a.b` have one public name. */
function requireDistinctNames(tables: readonly StoredTable[]): void {
  const seen = new Set<string>()
  for (const { name } of tables) {
    if (seen.has(name))
      throw new OctavoError('model-clash', `two tables would both be the model "${name}"`, {
        hint: 'Rename one of them: a name with a dot reads like a table in another schema.',
      })
    seen.add(name)
  }
}

/** The line of a table in a document. Its SQL stands in objects of its own. */
export function tableEntry({ model, stored }: RecordTable): TableObject {
  return {
    type: 'table',
    kind: 'table',
    name: stored.name,
    schema: stored.schema,
    model,
    primary_key: stored.key,
    references: stored.references.map(({ columns, table, to }) => ({ columns, table, to })),
    columns: stored.columns.map(({ name, type }) => [name, type] as const),
    sql: '',
  }
}

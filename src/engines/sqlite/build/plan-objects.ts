import type { BuildPlan } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import type { SchemaObject } from '../../../core/schema.js'
import { checkSchemaText, storedBytes } from './schema-text.js'

/** A row of sqlite_schema to be. */
export interface PlannedRow {
  readonly type: string
  readonly name: string
  readonly table: string
  /** In the database's encoding; null for the indexes that a table makes by itself. */
  readonly sql: Buffer | null
  /** What its root page holds: rows by rowid, keys, or no page at all. */
  readonly root: 'rows' | 'keys' | 'none'
}

/** The rows that the schema entries become, in document order, each text checked. */
export function planRows(plan: BuildPlan): PlannedRow[] {
  return plan.schema.map((object) => {
    if (object.type === 'object')
      throw new OctavoError('document-invalid', `"${object.name}" is no object of SQLite`)
    checkSchemaText(object, plan.facts.encoding)
    return {
      type: object.type,
      name: object.name,
      table: object.type === 'table' || object.type === 'view' ? object.name : object.table,
      sql: storedBytes(object.sql, plan.facts.encoding),
      root: rootOf(object),
    }
  })
}

function rootOf(object: SchemaObject): PlannedRow['root'] {
  if (object.type === 'index') return 'keys'
  return object.type === 'table' && object.kind !== 'virtual' ? 'rows' : 'none'
}

import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import type { TableObject } from '../../../core/schema.js'
import { readTable } from '../schema/read-table.js'
import type { Affinity } from '../schema/table-columns.js'
import { canLoosen } from './loosen-table.js'

export interface ShapedColumn {
  readonly name: string
  readonly affinity: Affinity
}

/** What a record of a table looks like, and where its parts go. */
export interface TableShape {
  readonly model: string
  readonly table: string
  /**
   * Columns that `pk` holds: one that is the rowid itself, or the declared key. Empty: `pk` is null.
   */
  readonly key: readonly ShapedColumn[]
  /** True where the one column of the key is the rowid. */
  readonly keyIsRowid: boolean
  /** The name under which the member `rowid` is stored; null where records have none. */
  readonly rowid: string | null
  /** Stored columns without the key's, in table order. */
  readonly fields: readonly ShapedColumn[]
  /** Whether the table may be given a plainer definition while it is loaded. */
  readonly canLoosen: boolean
}

/** Reads the shape of a table that exists, and holds it against its schema entry. */
export function readTableShape(
  connection: Database.Database,
  object: TableObject,
  model: string,
): TableShape {
  const { key, fields, order } = readTable(connection, object.name)
  if (JSON.stringify(key.map(({ name }) => name)) !== JSON.stringify(object.primary_key))
    throw new OctavoError(
      'document-invalid',
      `the table "${object.name}" has another primary key than its schema entry says`,
    )
  return {
    model,
    table: object.name,
    key,
    keyIsRowid: order.by === 'rowid' && order.isKey,
    rowid: order.by === 'rowid' && !order.isKey ? order.name : null,
    fields,
    canLoosen: canLoosen(connection, object.name),
  }
}

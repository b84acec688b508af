import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'
import type { Reference } from '../../../core/schema.js'

export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric'

export interface Column {
  readonly name: string
  readonly affinity: Affinity
  /** Declared as some kind of BLOB, which an untyped column is not. */
  readonly declaredBlob: boolean
  /** Declared exactly BOOL or BOOLEAN. */
  readonly bool: boolean
}

/** How the records of a table are ordered and found again. */
export type RecordOrder =
  /** By the rowid, under a name that no column takes; `isKey` where a column is the rowid itself. */
  | { readonly by: 'rowid'; readonly name: string; readonly isKey: boolean }
  /** WITHOUT ROWID: in the order of the index that is the table. */
  | { readonly by: 'key'; readonly index: string }
  /** No name of the rowid is free. */
  | { readonly by: 'storage' }

/** A table that holds records: ordinary or shadow. */
export interface StoredTable {
  readonly name: string
  readonly key: readonly Column[]
  /** Stored columns without the key's, in table order. */
  readonly fields: readonly Column[]
  readonly order: RecordOrder
  /** In the order of their declaration. */
  readonly references: readonly Reference[]
}

interface ColumnRow {
  readonly name: string
  readonly type: string
  readonly pk: number
  readonly hidden: number
}

/** Reads what the schema says of one stored table. `strict` is that of `PRAGMA table_list`. */
export function readStoredTable(
  connection: Database.Database,
  table: { readonly name: string; readonly withoutRowid: boolean; readonly strict: boolean },
): StoredTable {
  const { name, withoutRowid, strict } = table
  const rows = connection
    .prepare<[string], ColumnRow>(
      "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid",
    )
    .all(name)
  const toColumn = (row: ColumnRow): Column => ({
    name: row.name,
    affinity: affinityOf(row.type, strict),
    declaredBlob: /blob/i.test(row.type) && affinityOf(row.type, strict) === 'blob',
    bool: /^bool(ean)?$/i.test(row.type),
  })
  const keyRows = rows.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
  const keyIndex = connection
    .prepare("SELECT name FROM pragma_index_list(?, 'main') WHERE origin = 'pk'")
    .pluck()
    .get(name)
  return {
    name,
    key: keyRows.map(toColumn),
    fields: rows.filter(({ pk, hidden }) => pk === 0 && hidden === 0).map(toColumn),
    order: orderOf(rows, {
      keyIndex: typeof keyIndex === 'string' ? keyIndex : null,
      withoutRowid,
      isKey: keyRows.length > 0 && keyIndex === undefined,
    }),
    references: readReferences(connection, name),
  }
}

function orderOf(
  rows: readonly ColumnRow[],
  table: { keyIndex: string | null; withoutRowid: boolean; isKey: boolean },
): RecordOrder {
  if (table.withoutRowid && table.keyIndex !== null) return { by: 'key', index: table.keyIndex }
  const taken = new Set(rows.map((row) => foldCase(row.name)))
  const name = ['rowid', '_rowid_', 'oid'].find((candidate) => !taken.has(candidate))
  if (name !== undefined) return { by: 'rowid', name, isKey: table.isKey }
  const key = table.isKey ? rows.find(({ pk }) => pk > 0) : undefined
  return key ? { by: 'rowid', name: key.name, isKey: true } : { by: 'storage' }
}

/** The rules of https://www.sqlite.org/datatype3.html, section 3.1. */
function affinityOf(type: string, strict: boolean): Affinity {
  if (/int/i.test(type)) return 'integer'
  if (/char|clob|text/i.test(type)) return 'text'
  if (type === '' || /blob/i.test(type) || (strict && /^any$/i.test(type))) return 'blob'
  return /real|floa|doub/i.test(type) ? 'real' : 'numeric'
}

interface ReferenceRow {
  readonly id: number
  readonly table: string
  readonly from: string
  readonly to: string | null
}

function readReferences(connection: Database.Database, table: string): Reference[] {
  // SQLite numbers foreign keys from the last declared to the first.
  const rows = connection
    .prepare<[string], ReferenceRow>(
      `SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?, 'main')
       ORDER BY id DESC, seq`,
    )
    .all(table)
  const references = new Map<number, { columns: string[]; table: string; to: string[] }>()
  for (const row of rows) {
    const reference = references.get(row.id) ?? { columns: [], table: row.table, to: [] }
    reference.columns.push(row.from)
    if (row.to !== null) reference.to.push(row.to)
    references.set(row.id, reference)
  }
  return [...references.values()]
}

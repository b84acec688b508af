import type { ColumnFacts, ColumnRule } from '../../core/column-facts.js'
import { OctavoError } from '../../core/errors.js'
import type { TableObject } from '../../core/schema.js'

interface WantedColumn {
  /** `MODEL.COLUMN`. */
  readonly shown: string
  readonly table: TableObject
  readonly isKey: boolean
  readonly facts: ColumnFacts
  readonly rule: ColumnRule
}

/** Throws, by name, where a column can't be rewritten and its table stay right. */
export function requireRewritable({ shown, table, isKey, facts, rule }: WantedColumn): void {
  const refuse = (why: string, hint = ''): OctavoError =>
    new OctavoError('config-invalid', `sync.columns can't make ${shown} "${rule}": ${why}`, {
      ...(hint && { hint }),
    })
  if (isKey)
    throw refuse('other rows find its row by it', 'Take columns of no key and no reference.')
  // Its records stand in the order of their own text, which would change.
  if (table.columns && table.primary_key.length === 0)
    throw refuse('its table has no primary key', 'Give the table a key, or leave out its rows.')
  if (rule === 'pseudonym') {
    if (facts.kind === 'text' || facts.kind === 'char') return
    throw refuse(`its type is ${facts.type || 'none'}, not text`, 'Use "empty".')
  }
  if (!facts.notNull) return
  if (facts.unique) throw refuse('it may not be NULL, and two rows may not be alike in it')
  if (facts.kind === 'other')
    throw refuse(`it may not be NULL, and ${facts.type || 'its type'} knows no empty value`)
}

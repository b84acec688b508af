import { foldCase } from '../../../core/fold-case.js'
import type { SchemaObject, TableObject } from '../../../core/schema.js'
import type { TableProfile } from '../../../core/table-profile.js'
import type { Losses } from '../losses.js'
import type { ServerColumn } from './server-type.js'

export interface ReferenceParts {
  readonly schema: readonly SchemaObject[]
  readonly profiles: ReadonlyMap<string, TableProfile>
  readonly typed: ReadonlyMap<string, readonly ServerColumn[]>
  readonly losses: Losses
}

/** A key leads to what is unique, and both sides are of one type. */
export function carriedReferences(
  { name, references }: TableObject,
  { schema, profiles, typed, losses }: ReferenceParts,
): TableObject['references'] {
  return references.flatMap(({ columns, table, to }) => {
    const parent = schema.find(
      (one) => one.type === 'table' && foldCase(one.name) === foldCase(table),
    )
    const key = parent?.type === 'table' ? parent.primary_key : []
    const target = to.length > 0 ? to : key
    const same = (of: readonly string[]): boolean =>
      of.toSorted().join() === target.toSorted().join()
    const profile = profiles.get(parent?.name ?? '')
    const isUnique = same(key) || (profile?.unique ?? []).some(same)
    const typeOf = (on: string, column: string): string =>
      (typed.get(on) ?? []).find((one) => one.name === column)?.type ?? ''
    const fits = columns.every(
      (column, at) => typeOf(name, column) === typeOf(parent?.name ?? '', target[at] ?? ''),
    )
    if (parent && profile && isUnique && fits && target.length === columns.length)
      return [{ columns, table: parent.name, to: target }]
    losses.note(`of ${name}: the reference ${columns.join(', ')} to ${table}`)
    return []
  })
}

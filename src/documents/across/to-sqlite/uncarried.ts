import type { SchemaObject } from '../../../core/schema.js'
import type { SqliteTable } from './sqlite-table.js'

/** What a table of SQLite says in words of its own, or has no need of. */
const carried = new Set([
  'SCHEMA', 'TABLE', 'SEQUENCE', 'SEQUENCE OWNED BY', 'DEFAULT', 'CONSTRAINT', 'FK CONSTRAINT', 'COMMENT',
  'TABLE ATTACH', 'INDEX ATTACH', 'EXTENSION', 'MATERIALIZED VIEW DATA',
]) // prettier-ignore

/** Objects of a schema that have no counterpart, a sentence for each kind. */
export function uncarried(
  schema: readonly SchemaObject[],
  tables: readonly SqliteTable[],
): string[] {
  const made = new Set(tables.flatMap(({ indexes }) => indexes.map(({ name }) => name)))
  const names = new Map<string, string[]>()
  for (const object of schema) {
    if (object.type !== 'object' || carried.has(object.kind)) continue
    if (object.kind === 'INDEX' && made.has(object.name)) continue
    const known = names.get(object.kind) ?? []
    names.set(object.kind, [...known, object.name])
  }
  return [...names].map(([kind, of]) => `${kind.toLowerCase()}: ${some(of)}`)
}

const shown = 5

function some(names: readonly string[]): string {
  const first = names.slice(0, shown).join(', ')
  return names.length > shown ? `${first} and ${names.length - shown} more` : first
}

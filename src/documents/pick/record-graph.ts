import { foldCase } from '../../core/fold-case.js'
import type { SchemaObject, TableObject } from '../../core/schema.js'

/** Where the rows of a table lead to. */
export interface Lead {
  readonly columns: readonly string[]
  /** The name of the table, as the reference has it. */
  readonly table: string
  /** Its model in the document; null where the document does not hold it. */
  readonly model: string | null
  readonly to: readonly string[]
}

/** The first of things that is called so, to the letter where one is, else without case. */
export function named<T>(
  things: readonly T[],
  nameOf: (thing: T) => string | undefined,
  name: string,
): T | undefined {
  const folded = foldCase(name)
  return (
    things.find((thing) => nameOf(thing) === name) ??
    things.find((thing) => foldCase(nameOf(thing) ?? '') === folded)
  )
}

const nameOf = ({ name }: TableObject): string => name

/** The tables of a document and what they refer to. */
export class RecordGraph {
  readonly #tables: readonly TableObject[]

  constructor(schema: readonly SchemaObject[]) {
    this.#tables = schema.filter((object) => object.type === 'table')
  }

  /** By the name of its model, or by its own; without case. */
  find(name: string): TableObject | undefined {
    return named(this.#tables, ({ model }) => model, name) ?? named(this.#tables, nameOf, name)
  }

  /** A reference that no columns of its parent fit to is one that no engine follows. */
  leadsOf({ references }: TableObject): Lead[] {
    return references.flatMap(({ columns, table, to: given }) => {
      const parent = named(this.#tables, nameOf, table)
      const to = given.length > 0 ? given : (parent?.primary_key ?? [])
      if (to.length !== columns.length) return []
      return [{ columns, table, model: parent?.model ?? null, to }]
    })
  }
}

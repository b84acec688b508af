import type { DocumentEnd, DocumentHeader, DocumentSummary } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import type { NamedRecord } from '../../core/named-record.js'
import type { SchemaObject, TableObject } from '../../core/schema.js'
import { columnReader } from './column-values.js'
import { RecordGraph } from './record-graph.js'
import { requireTellable } from './require-tellable.js'
import { type Child, type Wanted, WantedParents } from './wanted-parents.js'

export interface PickedFrom {
  readonly header: DocumentHeader
  readonly schema: readonly SchemaObject[]
  readonly end: DocumentEnd
}

/** What was found in the end. */
export interface Picked {
  readonly summary: DocumentSummary
  /** By model, where in it the records stand; of some models there is none. */
  readonly places: ReadonlyMap<string, ReadonlySet<number>>
  /** What comes besides the records that were asked for. */
  readonly parents: readonly NamedRecord[]
  readonly warnings: readonly string[]
}

interface Taken extends Child {
  readonly table: TableObject
  readonly line: string
  readonly ordinal: number
}

/** Each parent that is not there is told, up to so many. */
const mostWarnings = 20

/** The records that were found so far, and what they lead to. */
export class Picking {
  readonly graph: RecordGraph
  readonly #from: PickedFrom
  readonly #wanted = new WantedParents()
  readonly #places = new Map<string, Set<number>>()
  readonly #parents: NamedRecord[] = []
  readonly #dangling: string[] = []

  constructor(from: PickedFrom) {
    this.#from = from
    this.graph = new RecordGraph(from.schema)
  }

  tableOf(model: string): TableObject | undefined {
    return this.graph.find(model)
  }

  /** False for one that was taken already. */
  take({ table, model, key, line, ordinal }: Taken): boolean {
    const places = this.#places.get(model) ?? new Set()
    this.#places.set(model, places)
    if (places.has(ordinal)) return false
    places.add(ordinal)
    if (this.#from.header.database.engine === 'sqlite') requireTellable(table, { model, key }, line)
    for (const lead of this.graph.leadsOf(table)) {
      const values = columnReader(table, lead.columns)(line)
      if (values.includes(undefined))
        throw new OctavoError(
          'restore-refused',
          `what ${model} ${key} refers to in ${lead.table} is computed, and not in the backup`,
          { hint: 'Nothing was changed. Restore the whole model: --only, with --mode merge.' },
        )
      const known = values.filter((value) => typeof value === 'string')
      if (known.length === values.length) this.#wanted.add(lead, known, { model, key })
    }
    return true
  }

  takeParent(parent: Taken): void {
    if (this.take(parent)) this.#parents.push({ model: parent.model, key: parent.key })
  }

  takeWanted(): Wanted[] {
    return this.#wanted.take()
  }

  /** Neither the target nor the backup has it: it was so already, or we compare otherwise than the engine. */
  noParent({ model: parent, table }: Wanted, { model, key }: Child): void {
    const { header, end } = this.#from
    const isHeld = parent !== null && !(header.excluded_rows ?? []).includes(parent)
    if (isHeld && end.summary.models.get(model)?.foreign_key_violations === 0)
      throw new OctavoError(
        'restore-refused',
        `the record of ${parent} that ${model} ${key} refers to was not found by its value`,
        { hint: 'Nothing was changed. Restore the whole models: --only, with --mode merge.' },
      )
    this.#dangling.push(
      `${model} ${key} refers to a record of ${parent ?? table} that neither the backup nor the target has`,
    )
    // An engine that takes such a row takes it again: with the empty model it is known to be an old fault.
    if (isHeld && header.database.engine === 'sqlite' && !this.#places.has(parent))
      this.#places.set(parent, new Set())
  }

  /** Tables that may lie on the way from the records that were taken, by their names and models. */
  reachable(): string[] {
    const seen = new Set<string>()
    const follow = [...this.#places.keys()]
    for (let name = follow.pop(); name !== undefined; name = follow.pop()) {
      const table = this.graph.find(name)
      for (const { model, table: parent } of table ? this.graph.leadsOf(table) : [])
        for (const next of [parent, model ?? parent])
          if (!seen.has(next)) {
            seen.add(next)
            follow.push(next)
          }
    }
    return [...seen]
  }

  result(): Picked {
    this.#requireProved()
    const more = this.#dangling.length - mostWarnings
    return {
      summary: this.#from.end.summary,
      places: this.#places,
      parents: this.#parents,
      warnings: [
        ...this.#dangling.slice(0, mostWarnings),
        ...(more > 0 ? [`and ${more} more refer to records that are not there`] : []),
      ],
    }
  }

  /** A whole document is judged by its values once they are loaded; a part of it can not be. */
  #requireProved(): void {
    const doubtful = [...this.#places.keys()].filter((model) =>
      this.#from.end.unproved.includes(model),
    )
    if (doubtful.length === 0) return
    throw new OctavoError(
      'document-altered',
      `the document was laid out anew, and its records of ${doubtful.join(', ')} can not be proved`,
      { hint: 'Take the file as Octavo wrote it, or another backup.' },
    )
  }
}

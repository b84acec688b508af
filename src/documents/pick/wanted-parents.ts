import type { RecordChunk } from '../../core/engine.js'
import type { TableObject } from '../../core/schema.js'
import { LineCursor } from '../line-cursor.js'
import { columnReader } from './column-values.js'
import type { Lead } from './record-graph.js'

/** Who asks for a parent. */
export interface Child {
  readonly model: string
  readonly key: string
}

/** Values that are looked for in columns of one table. */
export interface Wanted extends Pick<Lead, 'table' | 'model' | 'to'> {
  /** By the values as one text; of several that ask for the same the first one. */
  readonly values: Map<string, Child>
}

/** Parents that are still to be found; each is asked for once. */
export class WantedParents {
  readonly #asked = new Map<string, Set<string>>()
  #next = new Map<string, Wanted>()

  add({ table, model, to }: Lead, values: readonly string[], child: Child): void {
    const place = JSON.stringify([table, to])
    const asked = this.#asked.get(place) ?? new Set()
    this.#asked.set(place, asked)
    const value = JSON.stringify(values)
    if (asked.has(value)) return
    asked.add(value)
    const wanted = this.#next.get(place) ?? { table, model, to, values: new Map<string, Child>() }
    this.#next.set(place, wanted)
    wanted.values.set(value, child)
  }

  /** What was asked for since the last time. */
  take(): Wanted[] {
    const taken = [...this.#next.values()]
    this.#next = new Map()
    return taken
  }
}

export interface FoundParent {
  readonly line: string
  readonly ordinal: number
  readonly wanted: Wanted
  readonly value: string
}

/** The records of a table that some of its wanted values are in. */
export async function* findParents(
  chunks: AsyncIterable<RecordChunk>,
  table: TableObject,
  wanted: readonly Wanted[],
): AsyncGenerator<FoundParent> {
  const sought = wanted.map((one) => ({ one, read: columnReader(table, one.to) }))
  const cursor = new LineCursor(chunks)
  while (await cursor.ready()) {
    const { line, ordinal } = cursor.take()
    for (const { one, read } of sought) {
      const value = JSON.stringify(read(line))
      if (one.values.has(value)) yield { line, ordinal, wanted: one, value }
    }
  }
}

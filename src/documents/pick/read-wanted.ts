import type { DocumentReading } from '../../core/document.js'
import type { RecordChunk } from '../../core/engine.js'
import { OctavoError } from '../../core/errors.js'
import type { NamedRecord } from '../../core/named-record.js'
import type { TableObject } from '../../core/schema.js'
import { LineCursor } from '../line-cursor.js'
import { recordKey } from '../record-key.js'
import { KeyWishes } from './key-wishes.js'
import { Picking } from './picking.js'
import { RecordGraph } from './record-graph.js'

/**
 * Finds the records that were asked for. Reads the document to its end, so that all of its digests have
 * agreed; closes it. Throws `not-found` with the keys that no record has.
 */
export async function readWanted(
  reading: DocumentReading,
  records: readonly NamedRecord[],
): Promise<Picking> {
  try {
    const { header, schema } = reading
    const wishes = wishesIn(new RecordGraph(schema), records)
    const lines = new Map<string, Map<number, string>>()
    const missing: string[] = []
    for await (const { model, chunks } of reading.models()) {
      const keys = wishes.get(model)
      if (!keys) continue
      const { found, without } = await linesOf(chunks, keys)
      lines.set(model, found)
      missing.push(...without.map((key) => `${key} of ${model}`))
    }
    const end = await reading.end()
    if (missing.length > 0) throw notThere(missing)
    const picking = new Picking({ header, schema, end })
    for (const [model, found] of lines)
      for (const [ordinal, line] of found) {
        const table = picking.tableOf(model)
        if (table) picking.take({ table, model, key: recordKey(line), line, ordinal })
      }
    return picking
  } finally {
    await reading.close()
  }
}

/** Keys by the model as the document has it. */
function wishesIn(graph: RecordGraph, records: readonly NamedRecord[]): Map<string, string[]> {
  const wishes = new Map<string, string[]>()
  for (const { model: name, key } of records) {
    const { model, kind } = known(graph, name)
    if (model === undefined || kind !== 'table')
      throw new OctavoError(
        'restore-refused',
        `the records of ${name} belong to a virtual table, and come back with it alone`,
      )
    wishes.set(model, [...(wishes.get(model) ?? []), key])
  }
  return wishes
}

function known(graph: RecordGraph, name: string): TableObject {
  const table = graph.find(name)
  if (table) return table
  throw new OctavoError('model-unknown', `the backup has no model ${name}`)
}

async function linesOf(chunks: AsyncIterable<RecordChunk>, keys: readonly string[]) {
  const wishes = new KeyWishes(keys)
  const cursor = new LineCursor(chunks)
  while (await cursor.ready()) {
    const { line, ordinal } = cursor.take()
    wishes.look(recordKey(line), { ordinal, line })
  }
  const { found, missing } = wishes.result()
  return { found, without: missing }
}

function notThere(missing: readonly string[]): OctavoError {
  return new OctavoError(
    'not-found',
    `the backup has no record ${missing.slice(0, 20).join(', ')}`,
    {
      hint: 'Nothing was changed. `octavo diff --json` tells the keys of records that differ.',
      details: { missing: missing.slice(0, 1000) },
    },
  )
}

import type { DocumentReading } from '../../core/document.js'
import type { Snapshot } from '../../core/engine.js'
import type { NamedRecord } from '../../core/named-record.js'
import type { SchemaObject, TableObject } from '../../core/schema.js'
import { recordKey } from '../record-key.js'
import { type Picked, type Picking } from './picking.js'
import { named } from './record-graph.js'
import { readWanted } from './read-wanted.js'
import { findParents, type Wanted } from './wanted-parents.js'

export interface PickRecords {
  /** Opens the document anew: it is read once for each step from child to parent, and once more. */
  readonly open: () => Promise<DocumentReading>
  readonly records: readonly NamedRecord[]
  /** The target as it is now, with what it has of these models and tables; null where that is nothing. */
  readonly openTarget: (names: readonly string[]) => Promise<PickTarget | null>
}

/** What is asked of the target; whoever opens it closes it. */
export type PickTarget = Pick<Snapshot, 'models' | 'schema' | 'records'>

export interface PickedRecords extends Picked {
  /** Models of the target whose records were looked at. */
  readonly looked: readonly string[]
}

/**
 * Finds records by their keys, and the parents that they need and the target does not have, up to those
 * that need none. Memory grows with what is found, not with the document.
 */
export async function pickRecords(options: PickRecords): Promise<PickedRecords> {
  const { open, records } = options
  const picking = await readWanted(await open(), records)
  const target = await options.openTarget(picking.reachable())
  const looked = new Set<string>()
  for (let wanted = picking.takeWanted(); wanted.length > 0; wanted = picking.takeWanted()) {
    if (target) await leaveOutHeld(target, wanted, looked)
    if (wanted.some(({ values }) => values.size > 0))
      await takeFromDocument(await open(), picking, wanted)
  }
  return { ...picking.result(), looked: [...looked] }
}

/** What the target holds stays as it is, and leads no further. */
async function leaveOutHeld(
  target: PickTarget,
  wanted: readonly Wanted[],
  looked: Set<string>,
): Promise<void> {
  const places = wanted.map((one) => {
    const byModel = one.model === null ? undefined : named(target.models, modelOf, one.model)
    return byModel ?? named(target.models, ({ table }) => table, one.table)
  })
  for (const { model, table } of new Set(places.filter((place) => place !== undefined))) {
    const here = wanted.filter((_, index) => places[index]?.model === model)
    const stated = tableOf(target.schema, table)
    if (!stated) continue
    looked.add(model)
    const held: (readonly [Wanted, string])[] = []
    for await (const found of findParents(target.records(model), stated, here))
      held.push([found.wanted, found.value])
    for (const [one, value] of held) one.values.delete(value)
  }
}

async function takeFromDocument(
  reading: DocumentReading,
  picking: Picking,
  wanted: readonly Wanted[],
): Promise<void> {
  try {
    const found = new Map(wanted.map((one) => [one, new Set<string>()]))
    for await (const { model, chunks } of reading.models()) {
      const here = wanted.filter((one) => one.model === model && one.values.size > 0)
      const table = picking.tableOf(model)
      if (here.length === 0 || !table) continue
      for await (const parent of findParents(chunks, table, here)) {
        found.get(parent.wanted)?.add(parent.value)
        picking.takeParent({ table, model, key: recordKey(parent.line), ...parent })
      }
    }
    for (const [one, values] of found)
      for (const [value, child] of one.values) if (!values.has(value)) picking.noParent(one, child)
  } finally {
    await reading.close()
  }
}

function modelOf({ model }: { readonly model: string }): string {
  return model
}

function tableOf(schema: readonly SchemaObject[], name: string): TableObject | undefined {
  return schema.find(
    (object): object is TableObject => object.type === 'table' && object.name === name,
  )
}

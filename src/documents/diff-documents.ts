import type { DocumentReading } from '../core/document.js'
import type { DocumentDiff, ModelDiff } from '../core/document-diff.js'
import type { RecordChunk } from '../core/engine.js'
import type { OnProgress } from '../core/progress.js'
import type { SchemaObject, TableObject } from '../core/schema.js'
import { diffByKey } from './diff-by-key.js'
import { diffInOrder } from './diff-in-order.js'
import { isStatistics, schemaLine } from './document-lines.js'
import { LineCursor } from './line-cursor.js'
import { ModelDifference } from './model-difference.js'
import { ModelSide, noChunks } from './model-side.js'
import { isInRowidOrder } from './record-identity.js'

export interface DiffDocuments {
  /** How many records of each model to give as lines. */
  readonly show: number
  readonly workFolder: string
  /** Whether tables behind virtual tables and the planner's statistics are compared too. */
  readonly internals?: boolean
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/**
 * Compares two documents record by record, from `a` to `b`, in one pass over each, with flat memory.
 * Records are paired by rowid, or by key where a table has no rowid; a record with neither is only
 * there or not. Reads both documents to their end and throws where one is not what it states.
 */
export async function diffDocuments(
  a: DocumentReading,
  b: DocumentReading,
  options: DiffDocuments,
): Promise<DocumentDiff> {
  const models = await diffModels(a, b, options)
  await a.end()
  await b.end()
  const schemaChanged = changedObjects(a, b, options)
  const same = models.every(({ added, changed, removed }) => added + changed + removed === 0)
  return { equal: same && schemaChanged.length === 0, schemaChanged, models }
}

async function diffModels(
  a: DocumentReading,
  b: DocumentReading,
  options: DiffDocuments,
): Promise<ModelDiff[]> {
  const [before, after] = [tablesOf(a, options), tablesOf(b, options)]
  const others = new ModelSide(b, { ...options, isWanted: (model) => after.has(model) })
  try {
    const results: ModelDiff[] = []
    for await (const { model, chunks } of a.models()) {
      if (!before.has(model)) continue
      const inB = after.has(model) ? await others.chunksOf(model) : noChunks()
      const tables = { a: before.get(model), b: after.get(model) }
      results.push(await diffModel({ model, ...tables }, { a: chunks, b: inB }, options))
    }
    for (const [model, table] of after) {
      if (before.has(model)) continue
      const chunks = { a: noChunks(), b: await others.chunksOf(model) }
      results.push(await diffModel({ model, a: undefined, b: table }, chunks, options))
    }
    return results
  } finally {
    await others.close()
  }
}

interface ModelTables {
  readonly model: string
  readonly a: ModelTable | undefined
  readonly b: ModelTable | undefined
}

async function diffModel(
  { model, ...tables }: ModelTables,
  chunks: { readonly a: AsyncIterable<RecordChunk>; readonly b: AsyncIterable<RecordChunk> },
  options: DiffDocuments,
): Promise<ModelDiff> {
  options.signal?.throwIfAborted()
  options.onProgress?.({ phase: 'comparing', model })
  const difference = new ModelDifference(model, options.show)
  const [a, b] = [new LineCursor(chunks.a), new LineCursor(chunks.b)]
  // A model that one side lacks is all added or all removed: no order matters.
  const sides = [tables.a, tables.b].filter((table) => table !== undefined)
  if (sides.length < 2 || sides.every(({ inOrder }) => inOrder)) await diffInOrder(a, b, difference)
  else {
    const keyed = sides.every((table) => table.keyed)
    await diffByKey(a, b, difference, { ...options, keyed })
  }
  return difference.result()
}

interface ModelTable {
  readonly inOrder: boolean
  /** Whether the key alone names a record. */
  readonly keyed: boolean
}

function tablesOf(
  { header, schema }: DocumentReading,
  options: DiffDocuments,
): Map<string, ModelTable> {
  const tables = new Map<string, ModelTable>()
  for (const object of schema) {
    if (object.type !== 'table' || object.model === undefined) continue
    if (!options.internals && isInternal(object)) continue
    const inOrder = header.database.engine === 'sqlite' && isInRowidOrder(object)
    tables.set(object.model, { inOrder, keyed: isKeyed(object) })
  }
  return tables
}

function isKeyed({ rowid, primary_key }: TableObject): boolean {
  return rowid !== false && primary_key.length > 0
}

function isInternal(object: SchemaObject): boolean {
  return object.type === 'table' && (object.kind === 'shadow' || isStatistics(object))
}

/** The names of objects that are missing on one side or differ, in the order of `a`, then of `b`. */
function changedObjects(a: DocumentReading, b: DocumentReading, options: DiffDocuments): string[] {
  const [before, after] = [objectLines(a, options), objectLines(b, options)]
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter((name) => before.get(name) !== after.get(name))
}

/** Tables and triggers may share a name, so that one name may stand for several lines. */
function objectLines({ schema }: DocumentReading, options: DiffDocuments): Map<string, string> {
  const lines = new Map<string, string>()
  for (const object of schema)
    if (options.internals || !isInternal(object))
      lines.set(object.name, `${lines.get(object.name) ?? ''}${schemaLine(object)}\n`)
  return lines
}

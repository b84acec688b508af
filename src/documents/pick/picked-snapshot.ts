import type { DocumentReading, DocumentSummary } from '../../core/document.js'
import type { RecordChunk, Snapshot } from '../../core/engine.js'
import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'
import type { DatabaseFacts, SchemaObject } from '../../core/schema.js'
import { LineCursor } from '../line-cursor.js'

export interface PickedSnapshot {
  readonly reading: DocumentReading
  /** Of the same document, read to its end before. */
  readonly summary: DocumentSummary
  /** By model, where in it the records stand that are kept; a model may keep none. */
  readonly places: ReadonlyMap<string, ReadonlySet<number>>
}

/** Some records of a document as a snapshot to write a partial one of. */
export function pickedSnapshot({ reading, summary, places }: PickedSnapshot): Snapshot {
  const { header, schema, sequences } = reading
  const { schema_by: _, ...facts } = header.database
  const tables = new Map<string, string>()
  for (const object of schema)
    if (object.type === 'table' && object.model !== undefined && places.has(object.model))
      tables.set(object.model, object.name)
  const given = reading.models()[Symbol.asyncIterator]()
  return {
    facts: facts satisfies DatabaseFacts,
    schema: schemaOf(schema, new Set([...tables.values()].map(foldCase))),
    sequences: sequences.filter((line) => isKept(line, header.database, tables)),
    models: [...summary.models.keys()].flatMap((model) => {
      const table = tables.get(model)
      return table === undefined ? [] : [{ model, table, rowsExcluded: false }]
    }),
    async *records(model) {
      for (;;) {
        const { value, done } = await given.next()
        if (done === true)
          throw new OctavoError('internal', `the document gave no records of "${model}"`)
        if (value.model === model) return yield* kept(value.chunks, places.get(model) ?? new Set())
      }
    },
    violations: () => 0,
    close: () => reading.close(),
  }
}

async function* kept(
  chunks: AsyncIterable<RecordChunk>,
  places: ReadonlySet<number>,
): AsyncGenerator<RecordChunk> {
  const cursor = new LineCursor(chunks)
  while (await cursor.ready()) {
    const { line, ordinal } = cursor.take()
    if (places.has(ordinal)) yield { bytes: Buffer.from(line), records: 1 }
  }
}

/** As an export of chosen models has it: their tables, with indexes and triggers. */
function schemaOf(schema: readonly SchemaObject[], tables: ReadonlySet<string>): SchemaObject[] {
  return schema.filter((object) => {
    if (object.type === 'object' || object.type === 'view') return false
    return tables.has(foldCase(object.type === 'table' ? object.name : object.table))
  })
}

/** PostgreSQL's sequences belong to columns: the target knows to which. */
function isKept(
  line: string,
  { engine }: DatabaseFacts,
  tables: ReadonlyMap<string, string>,
): boolean {
  if (engine === 'postgresql') return true
  const [name]: unknown[] = JSON.parse(line)
  return [...tables.values()].some((table) => table === name)
}

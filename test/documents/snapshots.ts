import type { DocumentHeader, DocumentReading } from '../../src/core/document.js'
import type { RecordChunk, Snapshot, Violations } from '../../src/core/engine.js'
import type { DatabaseFacts, SchemaObject } from '../../src/core/schema.js'
import { writeDocument } from '../../src/documents/write-document.js'

export interface Fixture {
  readonly header: DocumentHeader
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  /** Model names and record lines. */
  readonly models: readonly (readonly [string, readonly string[]])[]
  readonly violations?: ReadonlyMap<string, Violations>
  /** Lines a chunk. */
  readonly chunkLines?: number
}

export const facts: DatabaseFacts = {
  engine: 'sqlite',
  engine_version: '3.53.2',
  encoding: 'UTF-8',
  page_size: 4096,
  auto_vacuum: 0,
  wal: true,
  user_version: 7,
  application_id: 0,
}

export const header: DocumentHeader = {
  octavo: 1,
  export_date: '2026-11-22T00:17:00.000Z',
  generator: 'octavo 1.0.0',
  database: { name: 'database', label: 'prod', ...facts },
}

export function table(name: string, sql: string, rest: object = {}): SchemaObject {
  return {
    type: 'table',
    kind: 'table',
    name,
    model: name,
    primary_key: ['id'],
    references: [],
    sql,
    ...rest,
  }
}

export function chunksOf(lines: readonly string[], chunkLines = 2): RecordChunk[] {
  const chunks: RecordChunk[] = []
  for (let from = 0; from < lines.length; from += chunkLines) {
    const part = lines.slice(from, from + chunkLines)
    chunks.push({ bytes: Buffer.from(part.join(',\n')), records: part.length })
  }
  return chunks
}

/** A snapshot that gives what it was made of. */
export function snapshotOf(fixture: Fixture): Snapshot {
  const lines = new Map(fixture.models)
  return {
    facts: fixture.header.database,
    schema: fixture.schema,
    sequences: fixture.sequences,
    models: fixture.models.map(([model]) => ({ model, table: model, rowsExcluded: false })),
    async *records(model) {
      yield* chunksOf(lines.get(model) ?? [], fixture.chunkLines)
    },
    violations: (model) => fixture.violations?.get(model) ?? 0,
    close: () => Promise.resolve(),
  }
}

export async function documentOf(fixture: Fixture): Promise<Buffer> {
  const pieces: Buffer[] = []
  await writeDocument({
    header: fixture.header,
    snapshot: snapshotOf(fixture),
    sink: { write: (bytes) => void pieces.push(bytes) },
  })
  return Buffer.concat(pieces)
}

/** Everything a reading gives, as text. */
export async function contentOf(reading: DocumentReading): Promise<[string, string[]][]> {
  const models: [string, string[]][] = []
  for await (const { model, chunks } of reading.models()) {
    const lines: string[] = []
    for await (const { bytes, records } of chunks) {
      const part = bytes.toString().split(',\n')
      if (part.length !== records) throw new Error(`${part.length} lines, not ${records}`)
      lines.push(...part)
    }
    models.push([model, lines])
  }
  return models
}

import type { RecordChunk, Snapshot, SnapshotModel, Violations } from '../../../core/engine.js'
import { compareNames } from '../../../core/restore-order.js'
import type { DatabaseFacts, SchemaObject } from '../../../core/schema.js'
import type { TableProfile } from '../../../core/table-profile.js'
import { Losses } from '../losses.js'
import { ServerRecords, type ServerRecord } from './server-record.js'
import { serverTables, type ServerTable } from './server-table.js'

export interface ServerSnapshotParts {
  /** Of SQLite. */
  readonly from: Snapshot
  readonly profiles: ReadonlyMap<string, TableProfile>
  readonly wanted: (table: string, column: string) => string | undefined
  /** Gives records in the order of their keys, or of their bytes where they have none. */
  readonly sort: (records: AsyncIterable<ServerRecord>, parts: number) => AsyncIterable<RecordChunk>
}

/** What is made first comes first: keys need their tables, references need keys. */
const kinds = ['TABLE', 'SEQUENCE', 'CONSTRAINT', 'INDEX', 'FK CONSTRAINT']

/** A snapshot of SQLite, read as if it were one of a PostgreSQL database. */
export class ServerSnapshot implements Snapshot {
  readonly facts: DatabaseFacts
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  readonly models: readonly SnapshotModel[]
  readonly losses = new Losses()
  readonly #parts: ServerSnapshotParts
  readonly #tables: ReadonlyMap<string, ServerTable>

  constructor(parts: ServerSnapshotParts) {
    const { from, profiles, wanted } = parts
    this.#parts = parts
    const tables = serverTables({ schema: from.schema, profiles, wanted, losses: this.losses })
    noteOthers(from.schema, profiles, this.losses)
    const version = from.facts.engine_version
    this.facts = {
      engine: 'postgresql',
      engine_version: `from ${from.facts.engine} ${version}`,
      encoding: 'UTF8',
      schema_by: `made from ${from.facts.engine} ${version}`,
    }
    const objects = tables.flatMap((table) => table.objects)
    this.schema = [
      ...tables
        .map(({ entry }) => entry)
        .toSorted((a, b) => compareNames(a.name, b.name)),
      ...kinds.flatMap((kind) => objects.filter((object) => object.kind === kind)),
    ] // prettier-ignore
    this.sequences = tables.flatMap(({ sequence }) => sequence ?? []).toSorted(bySequence)
    this.#tables = new Map(tables.map((table) => [table.model, table]))
    this.models = from.models.filter(({ model }) => this.#tables.has(model))
  }

  async *records(model: string): AsyncGenerator<RecordChunk> {
    const table = this.#tables.get(model)
    if (table === undefined) return
    const chunks = this.#parts.from.records(model)
    const records = new ServerRecords(table)
    if (!table.keyIsRowid) {
      yield* this.#parts.sort(eachRecord(chunks, records), table.entry.primary_key.length)
      return
    }
    for await (const { bytes, records: count } of chunks) {
      const lines = bytes.toString('utf8').split(',\n')
      const converted = lines.map((line) => records.recordOf(line).line).join(',\n')
      yield { bytes: Buffer.from(converted), records: count }
    }
  }

  violations(model: string): Violations {
    return this.#parts.from.violations(model)
  }

  async close(): Promise<void> {
    await this.#parts.from.close()
  }
}

async function* eachRecord(
  chunks: AsyncIterable<RecordChunk>,
  records: ServerRecords,
): AsyncGenerator<ServerRecord> {
  for await (const { bytes } of chunks)
    for (const line of bytes.toString('utf8').split(',\n')) yield records.recordOf(line)
}

function bySequence(a: string, b: string): number {
  const name = (line: string): string => (JSON.parse(line) as [string, string])[1] // as written above
  return compareNames(name(a), name(b))
}

function noteOthers(
  schema: readonly SchemaObject[],
  profiles: ReadonlyMap<string, TableProfile>,
  losses: Losses,
): void {
  for (const object of schema) {
    if (object.type === 'view' || object.type === 'trigger')
      losses.note(`${object.type}: ${object.name}`)
    if (object.type === 'table' && object.kind === 'virtual')
      losses.note(`virtual table: ${object.name}`)
    else if (object.type === 'table' && !profiles.has(object.name))
      losses.note(`table: ${object.name}`)
  }
}

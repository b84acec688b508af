import type { DocumentReading, DocumentSummary } from '../../../core/document.js'
import type { RecordChunk, Snapshot, SnapshotModel, Violations } from '../../../core/engine.js'
import type { DatabaseFacts, SchemaObject, TableObject } from '../../../core/schema.js'
import { foldCase } from '../../../core/fold-case.js'
import { Losses } from '../losses.js'
import { refused, type SqliteTable, sqliteTable } from './sqlite-table.js'
import { SqliteRecords } from './sqlite-record.js'
import { uncarried } from './uncarried.js'

/**
 * A document of PostgreSQL, read as if it were a snapshot of an SQLite database. Its models must be
 * asked for in their order. `losses` is complete when the last of them was read.
 */
export class SqliteSnapshot implements Snapshot {
  readonly facts: DatabaseFacts
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  readonly models: readonly SnapshotModel[]
  readonly losses = new Losses()
  readonly #tables: ReadonlyMap<string, SqliteTable>
  readonly #summary: DocumentSummary
  readonly #reading: AsyncIterator<{ model: string; chunks: AsyncIterable<RecordChunk> }>

  /** `summary` is the document's, from an earlier reading of it. */
  constructor(reading: DocumentReading, summary: DocumentSummary) {
    const given = reading.schema.filter((object) => object.type === 'table')
    const kept = given.filter((table) => this.#canHave(table))
    const tables = kept.map((table) => sqliteTable(table, reading.schema, this.losses))
    requireDistinct(tables)
    for (const line of uncarried(reading.schema, tables)) this.losses.note(line)
    this.facts = {
      engine: 'sqlite',
      // No SQLite wrote it: what spells numbers in another way is compared by value.
      engine_version: `from ${reading.header.database.engine} ${reading.header.database.engine_version}`,
      encoding: 'UTF-8',
      page_size: 4096,
      auto_vacuum: 0,
      wal: false,
      user_version: 0,
      application_id: 0,
    }
    this.schema = [...tables.map(({ entry }) => entry), ...tables.flatMap(({ indexes }) => indexes)]
    this.sequences = sequencesOf(tables, reading.sequences)
    this.#tables = new Map(tables.map((table) => [table.model, table]))
    this.#summary = summary
    this.models = [...summary.models.keys()]
      .filter((model) => this.#tables.has(model))
      .map((model) => {
        const table = this.#tables.get(model)?.entry.name ?? model
        return { model, table, rowsExcluded: false }
      })
    this.#reading = reading.models()[Symbol.asyncIterator]()
  }

  async *records(model: string): AsyncGenerator<RecordChunk> {
    const table = this.#tables.get(model)
    for (;;) {
      const { done, value } = await this.#reading.next()
      if (done === true || table === undefined) return
      if (value.model !== model) continue
      const records = new SqliteRecords(table, this.losses)
      for await (const { bytes, records: count } of value.chunks) {
        const lines = bytes.toString('utf8').split(',\n')
        const converted = lines.map((line) => records.lineOf(line)).join(',\n')
        yield { bytes: Buffer.from(converted), records: count }
      }
      return
    }
  }

  violations(model: string): Violations {
    return this.#summary.models.get(model)?.foreign_key_violations ?? 0
  }

  async close(): Promise<void> {
    // The reading belongs to whoever opened it.
  }

  #canHave({ name, columns = [] }: TableObject): boolean {
    if (columns.length > 0) return true
    this.losses.note(`the table ${name}, which has no columns`)
    return false
  }
}

function requireDistinct(tables: readonly SqliteTable[]): void {
  const seen = new Map<string, string>()
  for (const { entry, indexes } of tables)
    for (const name of [entry.name, ...indexes.map((index) => index.name)]) {
      const twin = seen.get(foldCase(name))
      if (twin !== undefined) throw refused(`"${twin}" and "${name}" have one name`)
      seen.set(foldCase(name), name)
    }
}

/** The rows of `sqlite_sequence`. */
function sequencesOf(tables: readonly SqliteTable[], lines: readonly string[]): string[] {
  const last = new Map(lines.map((line) => lastOf(line)))
  return tables.flatMap(({ entry, sequence }) => {
    const value = sequence === null ? 0n : (last.get(sequence) ?? 0n)
    if (value <= 0n) return []
    const isSafe = value <= Number.MAX_SAFE_INTEGER
    return [`[${JSON.stringify(entry.name)},${isSafe ? value : `{"$numberLong":"${value}"}`}]`]
  })
}

function lastOf(line: string): readonly [name: string, last: bigint] {
  const [schema, name, last, called] = JSON.parse(line) as [string, string, unknown, boolean] // as written
  const isLong = typeof last === 'object' && last !== null && '$numberLong' in last
  const value = BigInt(String(isLong ? last.$numberLong : last))
  return [`${schema}.${name}`, called ? value : value - 1n]
}

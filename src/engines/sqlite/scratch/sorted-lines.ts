import Database from 'better-sqlite3'
import type { RecordChunk } from '../../../core/engine.js'

export type SortKey = string | number | bigint | Buffer | null

const chunkBytes = 256 * 1024

/** Record lines in the order of their keys, however many: they wait in a file of their own. */
export class SortedLines {
  readonly #connection: Database.Database
  readonly #insert: Database.Statement
  readonly #parts: number

  /** Into a new file of the caller's; without parts of a key lines are sorted by their bytes. */
  constructor(path: string, parts: number) {
    this.#connection = new Database(path)
    this.#connection.pragma('journal_mode = OFF')
    this.#connection.pragma('synchronous = OFF')
    this.#parts = parts
    const names = Array.from({ length: parts }, (_, index) => `k${index}, `).join('')
    this.#connection.exec(`CREATE TABLE line (${names}line BLOB)`)
    this.#insert = this.#connection.prepare(
      `INSERT INTO line VALUES (${'?, '.repeat(parts)}CAST(? AS BLOB))`,
    )
    this.#connection.exec('BEGIN')
  }

  add(key: readonly SortKey[], line: string): void {
    this.#insert.run(...key, line)
  }

  *chunks(): Generator<RecordChunk> {
    const order = Array.from({ length: this.#parts }, (_, index) => `k${index}`)
    const lines = this.#connection
      .prepare(`SELECT line FROM line ORDER BY ${[...order, 'line'].join(', ')}`)
      .pluck()
      .iterate() as IterableIterator<Buffer> // a column of bytes
    let pieces: Buffer[] = []
    let bytes = 0
    for (const line of lines) {
      pieces.push(line)
      bytes += line.length
      if (bytes < chunkBytes) continue
      yield chunkOf(pieces)
      pieces = []
      bytes = 0
    }
    if (pieces.length > 0) yield chunkOf(pieces)
  }

  close(): void {
    this.#connection.close()
  }
}

const separator = Buffer.from(',\n')

function chunkOf(lines: readonly Buffer[]): RecordChunk {
  const parts = lines.flatMap((line, index) => (index === 0 ? [line] : [separator, line]))
  return { bytes: Buffer.concat(parts), records: lines.length }
}

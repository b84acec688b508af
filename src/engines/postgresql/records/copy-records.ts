import { maxLineBytes } from '../../../core/document.js'
import type { RecordChunk } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import { tooLargeHint } from '../connection/server-error.js'
import type { Session } from '../connection/session.js'
import type { RecordTable } from '../schema/name-tables.js'
import { copyRecordsSql } from './record-sql.js'

const chunkBytes = 256 * 1024
const newline = 0x0a

/** The record lines of a model, with the memory of a few chunks whatever its size. */
export async function* copyRecords(
  session: Session,
  table: RecordTable,
): AsyncGenerator<RecordChunk> {
  const what = `the records of "${table.model}" could not be read`
  const gathered = new Gathered(table.model)
  let done = false
  try {
    const stream = session.copyOut(copyRecordsSql(table))
    for await (const piece of stream) {
      gathered.add(piece as Buffer) // a stream of bytes gives buffers
      if (gathered.bytes >= chunkBytes) yield* gathered.take()
    }
    yield* gathered.take()
    gathered.requireEmpty()
    done = true
  } catch (error) {
    throw session.failure(error, what)
  } finally {
    // The rest of the answer would stand before the next one.
    if (!done) session.destroy()
  }
}

/** Cuts a stream of lines, each ended by `,\n`, into chunks without that end. */
class Gathered {
  readonly #model: string
  #pieces: Buffer[] = []
  bytes = 0

  constructor(model: string) {
    this.#model = model
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece)
    this.bytes += piece.length
    if (this.bytes > maxLineBytes + chunkBytes) throw this.#tooLarge()
  }

  *take(): Generator<RecordChunk> {
    const last = this.#pieces.at(-1)
    // Most pieces of a long line hold no end of it: they are not joined for nothing.
    if (last === undefined || !this.#pieces.some((piece) => piece.includes(newline))) return
    const all = Buffer.concat(this.#pieces)
    const end = all.lastIndexOf(newline) + 1
    this.#pieces = end < all.length ? [all.subarray(end)] : []
    this.bytes = all.length - end
    const bytes = all.subarray(0, end - 2)
    const { records, longest } = measure(bytes)
    if (longest > maxLineBytes) throw this.#tooLarge()
    yield { bytes, records }
  }

  requireEmpty(): void {
    if (this.bytes > 0)
      throw new OctavoError('internal', `the records of "${this.#model}" end within a line`)
  }

  #tooLarge(): OctavoError {
    return new OctavoError(
      'value-too-large',
      `a record of the model "${this.#model}" is larger than 256 MB`,
      { hint: tooLargeHint, details: { model: this.#model } },
    )
  }
}

function measure(bytes: Buffer): { readonly records: number; readonly longest: number } {
  let records = 1
  let longest = 0
  let start = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, start)) {
    longest = Math.max(longest, at - start)
    records += 1
    start = at + 1
  }
  return { records, longest: Math.max(longest, bytes.length - start) }
}

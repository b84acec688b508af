import { OctavoError } from '../../../core/errors.js'

const newline = 10
const marker = /^\n\\\.\r?\n/

/** As much as one statement may be; rows are streamed. */
export const mostStatementBytes = 256 * 1024 * 1024

/** The bytes of a plain dump: as whole lines where SQL stands, as they come where rows do. */
export class ScriptBytes {
  readonly #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Whole lines, as many as are there; at the end what is left, then null. */
  async lines(): Promise<Buffer | null> {
    const pieces: Buffer[] = []
    let bytes = 0
    for (let piece = await this.#take(); piece !== null; piece = await this.#take()) {
      const end = piece.lastIndexOf(newline) + 1
      this.#rest = end > 0 ? piece.subarray(end) : this.#rest
      const part = end > 0 ? piece.subarray(0, end) : piece
      pieces.push(part)
      bytes += part.length
      if (bytes > mostStatementBytes) throw tooLarge()
      if (end > 0) break
    }
    return pieces.length === 0 ? null : Buffer.concat(pieces)
  }

  /** Gives back what was taken and belongs to the rows behind it. */
  putBack(bytes: Buffer): void {
    this.#rest = Buffer.concat([bytes, this.#rest])
  }

  /** The lines of rows up to the line `\.`, which is taken and not given. */
  async *rows(): AsyncGenerator<Buffer> {
    // The marker stands at the beginning of a line, and the rows begin with one.
    let held: Buffer = Buffer.from('\n')
    let skip = held.length
    for (let piece = await this.#take(); piece !== null; piece = await this.#take()) {
      const seen = Buffer.concat([held, piece])
      const found = findEnd(seen)
      // What may be the beginning of a marker waits for the next piece.
      const end = found?.at ?? Math.max(0, seen.length - 4)
      const part = seen.subarray(skip, end)
      if (part.length > 0) yield part
      if (found) {
        this.#rest = seen.subarray(found.behind)
        return
      }
      held = seen.subarray(end)
      if (end > 0) skip = 0
    }
    throw new OctavoError(
      'document-truncated',
      'the dump ends in the middle of the rows of a table',
    )
  }

  async end(): Promise<void> {
    await this.#source.return?.()
  }

  async #take(): Promise<Buffer | null> {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    if (rest.length > 0) return rest
    const { value, done } = await this.#source.next()
    return done === true ? null : value
  }
}

interface FoundEnd {
  /** Behind the newline of the last row. */
  readonly at: number
  readonly behind: number
}

function findEnd(bytes: Buffer): FoundEnd | null {
  for (let at = bytes.indexOf('\n\\.'); at >= 0; at = bytes.indexOf('\n\\.', at + 1)) {
    const [whole] = marker.exec(bytes.toString('latin1', at, at + 5)) ?? []
    if (whole !== undefined) return { at: at + 1, behind: at + whole.length }
  }
  return null
}

function tooLarge(): OctavoError {
  return new OctavoError('value-too-large', 'a statement of the dump is larger than 256 MB', {
    hint: 'Make the dump without --inserts: rows of COPY are read as they come.',
  })
}

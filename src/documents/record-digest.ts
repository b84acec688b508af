import { OctavoError } from '../core/errors.js'
import type { Digests, RunningDigest } from './digests/digests.js'

const lineBreak = 0x0a
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Counts and digests a model's record lines as their chunks pass. The digest covers each line ended
 * by a line break, without the comma that separates it from the next.
 */
export class RecordDigest {
  readonly #digest: RunningDigest
  #scratch = Buffer.alloc(0)
  #records = 0

  constructor(digests: Digests) {
    this.#digest = digests.begin()
  }

  get records(): number {
    return this.#records
  }

  /** Takes lines joined by `,\n` and gives their number; throws where that is not what they are. */
  async update(chunk: Buffer): Promise<number> {
    if (this.#scratch.length <= chunk.length)
      this.#scratch = Buffer.allocUnsafe(chunk.length * 1.25)
    const stripped = stripSeparators(chunk, this.#scratch)
    this.#records += stripped.records
    await this.#digest.update(this.#scratch.subarray(0, stripped.bytes))
    return stripped.records
  }

  digest(): Promise<string> {
    return this.#digest.digest()
  }
}

/**
 * Copies record lines joined by `,\n` into `into`, each ended by a line break alone. `into` needs one
 * byte more than the chunk.
 */
export function stripSeparators(chunk: Buffer, into: Buffer): { bytes: number; records: number } {
  let from = 0
  let to = 0
  let records = 0
  // One copy and short moves within it: half the time of a copy of each line.
  into.set(chunk)
  while (from <= chunk.length) {
    const found = chunk.indexOf(lineBreak, from)
    const last = found === -1
    const end = last ? chunk.length : found - 1
    if (
      chunk[from] !== openBrace ||
      chunk[end - 1] !== closeBrace ||
      (!last && chunk[end] !== comma)
    )
      throw new OctavoError('document-invalid', 'a line of a model is not a record')
    into.copyWithin(to, from, end)
    to += end - from
    into[to] = lineBreak
    to += 1
    records += 1
    if (last) break
    from = found + 1
  }
  return { bytes: to, records }
}

import { isUtf8 } from 'node:buffer'
import type { RecordChunk } from '../core/engine.js'
import { OctavoError } from '../core/errors.js'
import { quote } from './canonical-json.js'
import { type Digests, digestsHere } from './digests/digests.js'
import type { LineReader } from './line-reader.js'
import { RecordDigest } from './record-digest.js'

export interface SeenModel {
  readonly records: number
  readonly sha256: string
}

const comma = 0x2c

/** Walks through the models of a document in our own layout, counting and digesting their records. */
export class ModelLines {
  readonly #lines: LineReader
  readonly #digests: Digests
  readonly #seen = new Map<string, SeenModel>()
  #current: { readonly model: string; readonly digest: RecordDigest; more: boolean } | null = null
  #moreModels = true
  #ended = false

  constructor(lines: LineReader, digests: Digests = digestsHere) {
    this.#lines = lines
    this.#digests = digests
  }

  /** The models that were read to their end. */
  get seen(): ReadonlyMap<string, SeenModel> {
    return this.#seen
  }

  get current(): string | null {
    return this.#current?.model ?? null
  }

  /** Reads what is left of the current model, then gives the name of the next; null at the end. */
  async nextModel(): Promise<string | null> {
    if (this.#ended) return null
    while (await this.nextChunk()) continue
    const line = await this.#line()
    if (line === '},') {
      if (this.#moreModels && this.#seen.size > 0) throw this.#altered()
      this.#ended = true
      return null
    }
    const model = this.#moreModels && line.endsWith(':[') ? nameIn(line.slice(0, -2)) : null
    if (model === null) throw this.#altered()
    if (this.#seen.has(model))
      throw new OctavoError('document-invalid', `the model ${quote(model)} stands there twice`)
    this.#current = { model, digest: new RecordDigest(this.#digests), more: true }
    return model
  }

  /** The next records of the current model; null at its end. */
  async nextChunk(): Promise<RecordChunk | null> {
    const current = this.#current
    if (!current) return null
    const run = await this.#lines.run()
    if (!run) throw this.#truncated()
    if (run.bytes.length === 0) {
      if (!run.last || (current.more && current.digest.records > 0)) throw this.#altered()
      await this.#closeModel(current.model, current.digest)
      return null
    }
    if (!current.more) throw this.#altered()
    current.more = run.bytes.at(-1) === comma
    const bytes = current.more ? run.bytes.subarray(0, -1) : run.bytes
    if (!isUtf8(bytes))
      throw new OctavoError('document-invalid', `a record of ${this.#place()} is not valid UTF-8`)
    return { bytes, records: await this.#digest(current.digest, bytes) }
  }

  async #digest(digest: RecordDigest, bytes: Buffer): Promise<number> {
    try {
      return await digest.update(bytes)
    } catch (error) {
      throw error instanceof OctavoError ? this.#altered(error) : error
    }
  }

  async #closeModel(model: string, digest: RecordDigest): Promise<void> {
    const line = await this.#line()
    if (line !== ']' && line !== '],') throw this.#altered()
    this.#moreModels = line === '],'
    this.#seen.set(model, { records: digest.records, sha256: await digest.digest() })
    this.#current = null
  }

  async #line(): Promise<string> {
    const line = await this.#lines.line()
    if (line === null) throw this.#truncated()
    return line
  }

  #place(): string {
    const current = this.#current
    if (!current) return 'the models'
    return `${quote(current.model)}, after ${current.digest.records} records,`
  }

  #truncated(): OctavoError {
    return new OctavoError('document-truncated', `the document ends in ${this.#place()} too early`)
  }

  #altered(cause?: unknown): OctavoError {
    const message = `the document was altered: in ${this.#place()} a line is not as it was written`
    return new OctavoError('document-altered', message, { cause })
  }
}

/** The name that a line begins with; null where it is not spelled as we spell it. */
function nameIn(text: string): string | null {
  try {
    const name: unknown = JSON.parse(text)
    return typeof name === 'string' && quote(name) === text ? name : null
  } catch {
    return null
  }
}

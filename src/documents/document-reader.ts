import type { DocumentEnd, DocumentHeader, DocumentReading } from '../core/document.js'
import type { RecordChunk } from '../core/engine.js'
import type { SchemaObject } from '../core/schema.js'
import { checkEnd } from './check-end.js'
import { readClosing, type Closing } from './document-closing.js'
import type { DocumentHead } from './document-head.js'
import type { Digests } from './digests/digests.js'
import type { LineReader } from './line-reader.js'
import { ModelLines } from './model-lines.js'
import { requireModel, schemaModels } from './schema-models.js'

export interface ReaderSource {
  readonly head: DocumentHead
  /** Standing at the first line inside `models`, which are in our own layout. */
  readonly lines: LineReader
  /** The closing members of a document in another layout; null: they follow in `lines`. */
  readonly closing: Closing | null
  readonly digests?: Digests | undefined
  /** Releases what is behind `lines`. */
  readonly close: () => Promise<void>
}

interface ReadModel {
  readonly model: string
  readonly chunks: AsyncIterable<RecordChunk>
}

/**
 * Reads the models of a document in one pass. Its iterators have no `return`: a consumer that stops
 * early leaves the document where it is, and `end` reads on from there.
 */
export class DocumentReader implements DocumentReading {
  readonly header: DocumentHeader
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  readonly canonical: boolean
  readonly #source: ReaderSource
  readonly #models: ModelLines
  readonly #known: ReadonlySet<string>

  constructor(source: ReaderSource) {
    this.#source = source
    this.#models = new ModelLines(source.lines, source.digests)
    this.header = source.head.header
    this.schema = source.head.schema
    this.sequences = source.head.sequences
    this.canonical = source.closing === null
    this.#known = schemaModels(this.schema)
  }

  models(): AsyncIterable<ReadModel> {
    const next = async (): Promise<IteratorResult<ReadModel>> => {
      const model = await this.#nextModel()
      if (model === null) return { done: true, value: undefined }
      return { done: false, value: { model, chunks: this.#chunks(model) } }
    }
    return { [Symbol.asyncIterator]: () => ({ next }) }
  }

  async end(): Promise<DocumentEnd> {
    while ((await this.#nextModel()) !== null) continue
    const { head, lines, closing } = this.#source
    const { seen } = this.#models
    if (closing) return checkEnd({ head, closing, seen, sha256: null })
    const read = await readClosing(lines)
    return checkEnd({ head, closing: read.closing, seen, sha256: read.found })
  }

  close(): Promise<void> {
    return this.#source.close()
  }

  #chunks(model: string): AsyncIterable<RecordChunk> {
    const next = async (): Promise<IteratorResult<RecordChunk>> => {
      const chunk = this.#models.current === model ? await this.#models.nextChunk() : null
      return chunk ? { done: false, value: chunk } : { done: true, value: undefined }
    }
    return { [Symbol.asyncIterator]: () => ({ next }) }
  }

  async #nextModel(): Promise<string | null> {
    const model = await this.#models.nextModel()
    if (model !== null) requireModel(model, this.#known)
    return model
  }
}

import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DocumentReading } from '../core/document.js'
import type { RecordChunk } from '../core/engine.js'
import { readBytes } from './byte-source.js'
import { LineReader } from './line-reader.js'
import { ModelLines } from './model-lines.js'

type Chunks = AsyncIterable<RecordChunk>

export interface ModelSideOptions {
  readonly workFolder: string
  /** Whether a model may be asked for later. */
  readonly isWanted: (model: string) => boolean
}

/**
 * One document of a comparison, asked for models in the order of the other: what stands before the
 * model that is wanted waits in a file.
 */
export class ModelSide {
  readonly #models: AsyncIterator<{ readonly model: string; readonly chunks: Chunks }>
  readonly #options: ModelSideOptions
  readonly #waiting = new Map<string, string>()

  constructor(reading: DocumentReading, options: ModelSideOptions) {
    this.#models = reading.models()[Symbol.asyncIterator]()
    this.#options = options
  }

  /** The records of a model; none where the document has it not. */
  async chunksOf(model: string): Promise<Chunks> {
    const path = this.#waiting.get(model)
    if (path !== undefined) return this.#readBack(model, path)
    for (;;) {
      const { done, value } = await this.#models.next()
      if (done) return noChunks()
      if (value.model === model) return value.chunks
      if (this.#options.isWanted(value.model)) await this.#putAside(value.model, value.chunks)
    }
  }

  /** Removes what waits unasked for. */
  async close(): Promise<void> {
    for (const path of this.#waiting.values()) await rm(path, { force: true })
  }

  async #putAside(model: string, chunks: Chunks): Promise<void> {
    const path = join(this.#options.workFolder, `model-${randomBytes(6).toString('hex')}.part`)
    this.#waiting.set(model, path)
    const handle = await open(path, 'wx', 0o600)
    try {
      let first = true
      await handle.writeFile(`${JSON.stringify(model)}:[\n`)
      for await (const { bytes } of chunks) {
        await handle.writeFile(first ? bytes : Buffer.concat([Buffer.from(',\n'), bytes]))
        first = false
      }
      await handle.writeFile(first ? ']\n},\n' : '\n]\n},\n')
    } finally {
      await handle.close()
    }
  }

  async *#readBack(model: string, path: string): AsyncGenerator<RecordChunk> {
    const lines = new LineReader(readBytes(path, {}))
    try {
      const models = new ModelLines(lines)
      await models.nextModel()
      for (;;) {
        const chunk = await models.nextChunk()
        if (!chunk) return
        yield chunk
      }
    } finally {
      await lines.close()
      await rm(path, { force: true })
      this.#waiting.delete(model)
    }
  }
}

export async function* noChunks(): AsyncGenerator<RecordChunk> {
  yield* []
}

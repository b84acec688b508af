import { appendFile, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../core/files/file-failure.js'
import { readBytes } from './byte-source.js'
import { LineReader } from './line-reader.js'
import type { FoundLine } from './model-difference.js'

/** `key` is the digest of what names the record, in hexadecimal. */
export interface KeyedLine extends FoundLine {
  readonly key: string
}

const bufferedLength = 64 * 1024

/** Record lines spread over files by their keys: lines with the same key share a file. */
export class KeyBuckets {
  static readonly count = 32
  readonly #folder: string
  readonly #level: number
  readonly #pending = new Map<number, { texts: string[]; length: number }>()

  private constructor(folder: string, level: number) {
    this.#folder = folder
    this.#level = level
  }

  /** A new folder. Each level of splitting looks at another byte of the key. */
  static async create(folder: string, level = 0): Promise<KeyBuckets> {
    await mkdir(folder)
    return new KeyBuckets(folder, level)
  }

  async add({ ordinal, key, line }: KeyedLine): Promise<void> {
    const byte = Number.parseInt(key.slice(this.#level * 2, this.#level * 2 + 2), 16)
    const index = byte % KeyBuckets.count
    const pending = this.#pending.get(index) ?? { texts: [], length: 0 }
    this.#pending.set(index, pending)
    pending.texts.push(`${ordinal} ${key} ${line}\n`)
    pending.length += line.length
    if (pending.length > bufferedLength) await this.#flush(index)
  }

  async finish(): Promise<void> {
    for (const index of this.#pending.keys()) await this.#flush(index)
  }

  async bytesOf(index: number): Promise<number> {
    const found = await stat(this.#path(index)).catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    return found?.size ?? 0
  }

  async *read(index: number): AsyncGenerator<KeyedLine> {
    if ((await this.bytesOf(index)) === 0) return
    const lines = new LineReader(readBytes(this.#path(index), {}))
    try {
      for (let text = await lines.line(); text !== null; text = await lines.line()) {
        const [ordinal = '', key = ''] = text.split(' ', 2)
        const line = text.slice(ordinal.length + key.length + 2)
        yield { ordinal: Number(ordinal), key, line }
      }
    } finally {
      await lines.close()
    }
  }

  async split(index: number): Promise<KeyBuckets> {
    const parts = await KeyBuckets.create(`${this.#path(index)}-parts`, this.#level + 1)
    for await (const line of this.read(index)) await parts.add(line)
    await parts.finish()
    return parts
  }

  async remove(index: number): Promise<void> {
    await rm(this.#path(index), { force: true })
  }

  async #flush(index: number): Promise<void> {
    const pending = this.#pending.get(index)
    this.#pending.delete(index)
    if (pending) await appendFile(this.#path(index), pending.texts.join(''), { mode: 0o600 })
  }

  #path(index: number): string {
    return join(this.#folder, String(index))
  }
}

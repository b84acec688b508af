import { createHash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import { tooLarge } from './document-limit.js'

export interface MeterOptions {
  readonly maxBytes: number
  /** How many came before. */
  readonly start?: number
  readonly onBytes?: (bytes: number) => void
}

/** Passes bytes on, counts and hashes them, and stops at the limit. */
export class Meter extends Transform {
  bytes: number
  readonly #hash = createHash('sha256')
  readonly #options: MeterOptions

  constructor(options: MeterOptions) {
    super()
    this.bytes = options.start ?? 0
    this.#options = options
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length
    const { maxBytes, onBytes } = this.#options
    if (this.bytes > maxBytes) {
      done(tooLarge(this.bytes, maxBytes))
      return
    }
    this.#hash.update(chunk)
    onBytes?.(this.bytes)
    done(null, chunk)
  }

  /** Of the bytes that passed, not of those before. */
  digest(form: 'hex' | 'base64'): string {
    return this.#hash.copy().digest(form)
  }
}

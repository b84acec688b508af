import { Readable } from 'node:stream'
import type { StoreCall } from '../../core/store.js'

const pieceBytes = 64 * 1024

/**
 * The bytes of a request in small pieces: in one piece a slow connection, on which all moves on, looks
 * like one that has ended. `onRead` is told how many were taken.
 */
export class SentBytes extends Readable {
  readonly #bytes: Buffer
  readonly #onRead: (bytes: number) => void
  #at = 0

  constructor(bytes: Buffer, onRead: (bytes: number) => void = () => undefined) {
    super()
    this.#bytes = bytes
    this.#onRead = onRead
  }

  override _read(): void {
    const piece = this.#bytes.subarray(this.#at, this.#at + pieceBytes)
    this.#at += piece.length
    this.#onRead(this.#at)
    this.push(piece.length > 0 ? piece : null)
  }
}

/** What is sent again is not told again. */
export function onlyMore(onBytes: StoreCall['onBytes']): (bytes: number) => void {
  let most = 0
  return (bytes) => {
    if (bytes <= most) return
    most = bytes
    onBytes?.(bytes)
  }
}

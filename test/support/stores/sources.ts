import { createHash } from 'node:crypto'
import type { PutSource } from '../../../src/core/store.js'

/** Bytes that differ from place to place, and from seed to seed. */
export function someBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  let state = seed
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 16
  }
  return bytes
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Told before each piece is given, with its number from 0. */
export type BeforePiece = (number: number) => void | Promise<void>

/** In pieces whose size goes into no limit. */
export function sourceOf(bytes: Buffer, before: BeforePiece = () => undefined): PutSource {
  return {
    size: bytes.length,
    sha256: sha256Of(bytes),
    read: async function* (start = 0) {
      const pieceBytes = Math.max(1, Math.min(300_007, Math.ceil(bytes.length / 7)))
      for (let at = start, number = 0; at < bytes.length; at += pieceBytes, number += 1) {
        await before(number)
        yield bytes.subarray(at, at + pieceBytes)
      }
    },
  }
}

import { createHash } from 'node:crypto'
import { asOctavoError, OctavoError } from '../../core/errors.js'
import type { ErrorCode } from '../../core/error-table.js'
import type { PutSource, Store, StoreCall } from '../../core/store.js'

const pieceBytes = 1_000_000

/** `before` is told before each piece how many bytes were given. */
export function sourceOf(bytes: Buffer, before: (at: number) => void = () => undefined): PutSource {
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    read: async function* (start = 0) {
      for (let at = start; at < bytes.length; at += pieceBytes) {
        before(at)
        yield bytes.subarray(at, at + pieceBytes)
      }
    },
  }
}

export async function readBack(
  store: Store,
  name: string,
  call: StoreCall & { readonly start?: number },
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of store.get(name, call)) {
    hash.update(piece)
    bytes += piece.length
  }
  return { sha256: hash.digest('hex'), bytes }
}

/** `rest of the name:size`, in order. */
export async function namesBelow(store: Store, prefix: string, call: StoreCall): Promise<string[]> {
  const found: string[] = []
  for await (const { name, size } of store.list(prefix, call))
    found.push(`${name.slice(prefix.length)}:${size}`)
  return found.toSorted()
}

const ofTheContract: readonly ErrorCode[] = ['store-taken', 'not-found', 'aborted', 'io-failed']

/** The code that a call was refused with, null where it was not. What a contract never asks for is thrown. */
export async function refusalOf(asked: Promise<unknown>): Promise<ErrorCode | null> {
  try {
    await asked
    return null
  } catch (error) {
    const { code } = asOctavoError(error)
    if (ofTheContract.includes(code)) return code
    throw error
  }
}

export function requireThat(isSo: boolean, otherwise: string): void {
  if (isSo) return
  throw new OctavoError('store-failed', otherwise, {
    hint: 'A store that does this can not be relied on for backups.',
  })
}

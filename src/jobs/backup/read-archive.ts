import { createHash } from 'node:crypto'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { OctavoError } from '../../core/errors.js'
import type { Store } from '../../core/store.js'

/** Both ends belong to it. */
export interface ArchiveRange {
  readonly start: number
  readonly end: number
}

/** A store that holds a copy; opened when its turn comes. */
export interface CopyHolder {
  readonly name: string
  open(): Promise<Store>
}

export interface ReadWish extends ArchiveRange {
  readonly archive: BackupManifest['archive']
  readonly signal: AbortSignal
  /** What kept a store from giving it, before the next one is asked. */
  readonly onFault: (store: string, error: unknown) => void
}

export interface ArchiveRead {
  /** The store that gives it. */
  readonly store: string
  readonly pieces: AsyncIterable<Buffer>
  /** Ends the read, wherever it is. */
  close(): Promise<void>
}

/**
 * Reads an archive as it is stored, from the first store that gives its first bytes. Of a whole one the
 * last piece is given only when the digest agrees: a damaged copy never arrives as a whole one, and a
 * small one not at all, as the next store is asked. A part has the length that was asked for, or fails.
 */
export async function readArchive(
  holders: readonly CopyHolder[],
  wish: ReadWish,
): Promise<ArchiveRead> {
  let last: unknown
  for (const holder of holders)
    try {
      return await readFrom(holder, wish)
    } catch (error) {
      wish.signal.throwIfAborted()
      wish.onFault(holder.name, error)
      last = error
    }
  throw last ?? new OctavoError('not-found', `no store holds ${wish.archive.name}`)
}

async function readFrom(holder: CopyHolder, wish: ReadWish): Promise<ArchiveRead> {
  const store = await holder.open()
  const pieces = checkedPieces(store, wish)
  const close = async (): Promise<void> => {
    await pieces.return(undefined)
    await store.close()
  }
  try {
    const first = await pieces.next()
    return { store: holder.name, pieces: startingWith(first, pieces), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function* startingWith(
  first: IteratorResult<Buffer>,
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  if (first.done) return
  yield first.value
  yield* rest
}

async function* checkedPieces(
  store: Store,
  { archive: { name, size, sha256 }, start, end, signal }: ReadWish,
): AsyncGenerator<Buffer, void> {
  const isWhole = start === 0 && end === size - 1
  const hash = createHash('sha256')
  let left = end - start + 1
  let held: Buffer | undefined
  for await (const piece of store.get(name, { start, signal })) {
    if (piece.length === 0) continue
    if (isWhole && piece.length > left) throw altered(store, name, 'it is longer')
    const wanted = piece.subarray(0, left)
    left -= wanted.length
    if (isWhole) {
      hash.update(wanted)
      if (held) yield held
      held = wanted
    } else {
      yield wanted
      if (left === 0) return
    }
  }
  if (left > 0) throw altered(store, name, `${left} bytes are missing`)
  if (isWhole && hash.digest('hex') !== sha256) throw altered(store, name, 'another digest')
  if (held) yield held
}

function altered(store: Store, name: string, how: string): OctavoError {
  return new OctavoError(
    'document-altered',
    `${name} in ${store.shown} is not what its manifest describes: ${how}`,
  )
}

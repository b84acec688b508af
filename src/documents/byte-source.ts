import { open } from 'node:fs/promises'
import { isMissing } from '../core/files/file-failure.js'
import { requirePlainFile } from '../core/files/require-plain-file.js'
import { messageOf } from '../core/message-of.js'
import { gunzip } from '../core/files/gunzip.js'
import { OctavoError } from '../core/errors.js'
import type { OnProgress } from '../core/progress.js'
import type { Digests } from './digests/digests.js'
import { recogniseContent, recognisedBytes, type ContentKind } from '../core/recognise.js'

export interface ReadOptions {
  /** Where digests are made; by default in the thread that reads. */
  readonly digests?: Digests | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

const pieceBytes = 256 * 1024

/** A file's bytes in pieces, unpacked where it is gzip. Each piece is the consumer's to keep. */
export async function* readBytes(path: string, options: ReadOptions): AsyncGenerator<Buffer> {
  const isGzip = (await recogniseFile(path)) === 'gzip'
  yield* isGzip ? gunzip(readPieces(path, options)) : readPieces(path, options)
}

/** What the file holds by its first bytes; of a gzip file only that it is one. */
export async function recogniseFile(path: string): Promise<ContentKind> {
  const handle = await openFile(path)
  try {
    const start = Buffer.alloc(recognisedBytes)
    const { bytesRead } = await handle.read(start, 0, start.length, 0)
    return recogniseContent(start.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

async function* readPieces(
  path: string,
  { signal, onProgress }: ReadOptions,
): AsyncGenerator<Buffer> {
  const handle = await openFile(path)
  try {
    const { size } = await handle.stat()
    let bytes = 0
    for (;;) {
      signal?.throwIfAborted()
      const piece = Buffer.allocUnsafe(pieceBytes)
      const { bytesRead } = await handle.read(piece, 0, piece.length, bytes)
      if (bytesRead === 0) return
      bytes += bytesRead
      onProgress?.({ phase: 'reading', bytes, total: Math.max(size, bytes) })
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function openFile(path: string): ReturnType<typeof open> {
  await requirePlainFile(path)
  try {
    return await open(path, 'r')
  } catch (error) {
    const why = messageOf(error)
    const missing = isMissing(error)
    throw new OctavoError(
      missing ? 'not-found' : 'io-failed',
      missing ? `there is no file ${path}` : `could not read ${path}: ${why}`,
      { cause: error, ...(missing && { hint: 'Check the name of the file.' }) },
    )
  }
}

import { SpoolFile } from '../spool-file.js'
import type { UploadRoom } from './upload-room.js'

export interface SentFile {
  readonly name: string
  /** Where the sender says it; 0 where not. */
  readonly bytes?: number
  readonly signal: AbortSignal
}

const longestName = 200

/** Writes what is sent to its end, as long as there is room; resolves with its size. */
export async function writeUpload(
  stream: AsyncIterable<Buffer>,
  path: string,
  { bytes: said = 0, signal, room }: SentFile & { readonly room: UploadRoom },
): Promise<number> {
  await room.require(said)
  const file = await SpoolFile.create(path)
  let bytes = 0
  try {
    for await (const piece of stream) {
      signal.throwIfAborted()
      await room.take(piece.length)
      await file.write(piece)
      bytes += piece.length
    }
    signal.throwIfAborted()
  } finally {
    await file.close()
  }
  return bytes
}

/** A browser sends the name alone; what else sends a path, or controls, has them taken away. */
export function shownName(name: string): string {
  const bare = name.replaceAll(/.*[/\\]|\p{Cc}/gsu, '').slice(0, longestName)
  return bare === '' ? 'the file that was sent' : bare
}

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { gzipCodec } from '../../codecs/gzip.js'
import type { SpooledFile } from './spooled-file.js'

const chunkBytes = 256 * 1024

/** Writes `from` as gzip into `to` (mode 0600), in the thread pool. After an error `to` is gone. */
export async function compressFile(
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<SpooledFile> {
  const hash = createHash('sha256')
  let bytes = 0
  const watch = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  try {
    await pipeline(
      createReadStream(from, { highWaterMark: chunkBytes }),
      (plain: AsyncIterable<Buffer>) => gzipCodec().encode(plain),
      watch,
      createWriteStream(to, { mode: 0o600, flags: 'wx' }),
      { signal },
    )
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
  return { path: to, bytes, sha256: hash.digest('hex') }
}

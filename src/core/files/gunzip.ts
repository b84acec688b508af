import { createGunzip } from 'node:zlib'
import { OctavoError } from '../errors.js'
import { through } from './through.js'

/** Real documents shrink by 5 to 40 times; zeros shrink by 1,000. */
const maxRatio = 200
/** Below this, in bytes, any ratio passes. */
const ratioCountsFrom = 256 * 1000 * 1000

/**
 * Decodes gzip in one pass. Cut short, it ends with `document-truncated`; altered or followed by
 * something else, with `document-altered`; made to run for ever, with `document-invalid`.
 */
export async function* gunzip(encoded: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const decoder = createGunzip({ chunkSize: 256 * 1024 })
  let taken = 0
  let given = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of encoded) {
      taken += piece.length
      yield piece
    }
  }
  try {
    for await (const piece of through(counted(), decoder)) {
      given += piece.length
      if (given > ratioCountsFrom && given > taken * maxRatio) throw endless()
      yield piece
    }
  } catch (error) {
    throw named(error)
  }
  if (decoder.bytesWritten < taken) throw altered('something follows its end')
}

function named(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'Z_BUF_ERROR')
    return new OctavoError('document-truncated', 'the gzip data ends too early', { cause: error })
  if (code === 'Z_DATA_ERROR') return altered('it can not be decoded', error)
  return error
}

function altered(why: string, cause?: unknown): OctavoError {
  return new OctavoError('document-altered', `the gzip data was changed: ${why}`, { cause })
}

function endless(): OctavoError {
  return new OctavoError(
    'document-invalid',
    `the gzip data grows to more than ${maxRatio} times its size, which no real backup does`,
    { hint: 'If you trust the file, unpack it with gunzip and use the unpacked file.' },
  )
}

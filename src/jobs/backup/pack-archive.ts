import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { ageCodec } from '../../codecs/age.js'
import { gzipCodec } from '../../codecs/gzip.js'
import type { Codec } from '../../core/codec.js'
import type { JobContext } from '../job-context.js'
import { SpoolFile } from '../spool-file.js'
import type { Opening, Sealing } from '../../core/age-keys.js'

export interface PackInput {
  readonly file: string
  /** Written mode 0600 and fsynced; must not be there. */
  readonly out: string
  readonly gzip: boolean
  readonly sealing: Sealing | null
}

export interface PackResult {
  readonly bytes: number
  readonly sha256: string
}

export interface UnsealInput {
  readonly file: string
  readonly out: string
  readonly opening: Opening
}

/** Compresses and encrypts a finished file. After an error nothing is left of the other one. */
export async function packArchive(input: PackInput, context: JobContext): Promise<PackResult> {
  const codecs: Codec[] = []
  if (input.gzip) codecs.push(gzipCodec())
  if (input.sealing !== null) codecs.push(ageCodec(input.sealing))
  const plain: AsyncIterable<Uint8Array> = piecesOf(input.file)
  const packed = codecs.reduce((pieces, codec) => codec.encode(pieces), plain)
  return await writeAll(packed, { ...input, phase: 'packing' }, context)
}

/** Decrypts an archive; what is inside is still compressed where it was. */
export async function unsealArchive(input: UnsealInput, context: JobContext): Promise<PackResult> {
  const opened = ageCodec(input.opening).decode(piecesOf(input.file))
  return await writeAll(opened, { ...input, phase: 'decrypting' }, context)
}

async function writeAll(
  pieces: AsyncIterable<Uint8Array>,
  { out, phase }: { readonly out: string; readonly phase: string },
  { signal, onProgress }: JobContext,
): Promise<PackResult> {
  const sink = await SpoolFile.create(out)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted()
      // A view of the same bytes, which nobody changes any more.
      const taken = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
      hash.update(taken)
      bytes += taken.length
      await sink.write(taken)
      onProgress({ phase, bytes })
    }
    await sink.sync()
    await sink.close()
    return { bytes, sha256: hash.digest('hex') }
  } catch (error) {
    await sink.close().catch(() => undefined)
    await rm(out, { force: true })
    throw error
  }
}

function piecesOf(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 256 * 1024 })
}

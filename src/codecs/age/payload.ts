import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { OctavoError } from '../../core/errors.js'
import type { ByteReader } from './byte-reader.js'

/**
 * The payload of an age file (age-encryption.org/v1, "Payload"): ChaCha20-Poly1305 over chunks of 64
 * kB, each with its number in its nonce, and the last one marked, so that none can be changed, moved or
 * cut off. Node's own cipher is ten times as fast as one in JavaScript.
 */
const cipher = 'chacha20-poly1305'
const chunkBytes = 64 * 1024
const authTagLength = 16
const nonceBytes = 16

export async function* sealPayload(plain: ByteReader, fileKey: Uint8Array): AsyncGenerator<Buffer> {
  const nonce = randomBytes(nonceBytes)
  yield nonce
  const key = payloadKey(fileKey, nonce)
  for (let number = 0; ; number += 1) {
    const chunk = await plain.take(chunkBytes)
    const isLast = await plain.isAtEnd()
    const sealing = createCipheriv(cipher, key, chunkNonce(number, isLast), { authTagLength })
    yield Buffer.concat([sealing.update(chunk), sealing.final(), sealing.getAuthTag()])
    if (isLast) return
  }
}

/** Gives nothing that was not proved to be what was sealed. */
export async function* openPayload(
  sealed: ByteReader,
  fileKey: Uint8Array,
): AsyncGenerator<Buffer> {
  const nonce = await sealed.take(nonceBytes)
  if (nonce.length < nonceBytes) throw truncated()
  const key = payloadKey(fileKey, nonce)
  for (let number = 0; ; number += 1) {
    const chunk = await sealed.take(chunkBytes + authTagLength)
    const isLast = await sealed.isAtEnd()
    const plain = openChunk(key, chunkNonce(number, isLast), chunk)
    if (plain === null) {
      if (!isLast) throw altered()
      const isWhole = openChunk(key, chunkNonce(number, false), chunk) !== null
      throw isWhole || chunk.length <= authTagLength ? truncated() : truncatedOrAltered()
    }
    // Only of nothing at all is the last chunk empty.
    if (plain.length === 0 && number > 0) throw altered()
    if (plain.length > 0) yield plain
    if (isLast) return
  }
}

function payloadKey(fileKey: Uint8Array, nonce: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32))
}

/** Eleven bytes of number and one that is 1 for the last chunk. */
function chunkNonce(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** Null for a chunk that is not what was sealed under this nonce. */
function openChunk(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer | null {
  const end = sealed.length - authTagLength
  if (end < 0) return null
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength })
  opening.setAuthTag(sealed.subarray(end))
  const plain = opening.update(sealed.subarray(0, end))
  try {
    opening.final()
    return plain
  } catch {
    return null
  }
}

function truncated(): OctavoError {
  return new OctavoError('document-truncated', 'the encrypted data ends too early')
}

function altered(): OctavoError {
  return new OctavoError('document-altered', 'the encrypted data was changed')
}

/** The last chunk says in one tag that it is whole and that it is right. */
function truncatedOrAltered(): OctavoError {
  return new OctavoError(
    'document-truncated',
    'the encrypted data was cut short, or its last part was changed',
  )
}

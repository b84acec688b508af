import type { AgeKeys } from '../core/age-keys.js'
import type { Codec } from '../core/codec.js'
import { ByteReader } from './age/byte-reader.js'
import { armorStart, dearmor } from './age/dearmor.js'
import { makeHeader } from './age/make-header.js'
import { openHeader, takeHeader } from './age/open-header.js'
import { openPayload, sealPayload } from './age/payload.js'

/**
 * Encryption that the `age` program reads and writes. Encoding needs no identity: who knows recipients
 * only can not read what it wrote.
 */
export function ageCodec(keys: AgeKeys): Codec {
  return {
    suffix: '.age',
    encode: (plain) => seal(plain, keys),
    decode: (sealed) => open(sealed, keys),
  }
}

export interface AgeIdentity {
  /** `AGE-SECRET-KEY-1…`: decrypts. */
  readonly identity: string
  /** `age1…`: encrypts only. */
  readonly recipient: string
}

export async function newIdentity(): Promise<AgeIdentity> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption')
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

async function* seal(plain: AsyncIterable<Uint8Array>, keys: AgeKeys): AsyncGenerator<Buffer> {
  const input = new ByteReader(plain)
  try {
    // Only a source that was begun lets go of what it holds.
    await input.isAtEnd()
    const { header, fileKey } = await makeHeader(keys)
    yield Buffer.from(header)
    yield* sealPayload(input, fileKey)
  } finally {
    await input.close()
  }
}

async function* open(sealed: AsyncIterable<Uint8Array>, keys: AgeKeys): AsyncGenerator<Buffer> {
  const outer = new ByteReader(sealed)
  try {
    const start = await outer.peek(armorStart.length)
    const isArmored = start.toString('latin1') === armorStart
    const input = isArmored ? new ByteReader(dearmor(outer.rest())) : outer
    const fileKey = await openHeader(await takeHeader(input), keys)
    yield* openPayload(input, fileKey)
  } finally {
    await outer.close()
  }
}

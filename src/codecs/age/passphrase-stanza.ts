import { createCipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** As `age` has it: about a second, and 256 MB of memory. */
const workFactor = 18
const options = { N: 2 ** workFactor, r: 8, p: 1, maxmem: 300 * 1024 * 1024 }

/** The stanza of a header that wraps a file key with a passphrase (age-encryption.org/v1, "scrypt"). */
export async function passphraseStanza(
  passphrase: string,
  fileKey: Uint8Array,
): Promise<{ readonly args: string[]; readonly body: Buffer }> {
  const salt = randomBytes(16)
  const label = Buffer.from('age-encryption.org/v1/scrypt')
  const key = await deriveKey(passphrase, Buffer.concat([label, salt]), 32, options)
  // The key is used once: the specification fixes the nonce at zero.
  const wrapping = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 })
  return {
    args: ['scrypt', salt.toString('base64').replace(/=+$/, ''), String(workFactor)],
    body: Buffer.concat([wrapping.update(fileKey), wrapping.final(), wrapping.getAuthTag()]),
  }
}

import type { AgeKeys } from '../../core/age-keys.js'
import { OctavoError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import type { ByteReader } from './byte-reader.js'

const firstLine = 'age-encryption.org/v1\n'
/** Room for some five hundred recipients. */
const mostBytes = 64 * 1024

/** Takes the header of an age file, its last line included. */
export async function takeHeader(sealed: ByteReader): Promise<Buffer> {
  const text = (await sealed.peek(mostBytes)).toString('latin1')
  if (!text.startsWith(firstLine)) throw noHeader(text)
  const lastLine = /\n--- [^\n]*\n/.exec(text)
  if (lastLine) return await sealed.take(lastLine.index + lastLine[0].length)
  if (text.length === mostBytes) throw wrongHeader('it does not end')
  throw new OctavoError('document-truncated', 'the age header ends too early')
}

/**
 * The file key in a header. `decrypt-failed` says what is missing, and where nothing that was given
 * fits.
 */
export async function openHeader(
  header: Buffer,
  { identities = [], passphrase }: AgeKeys,
): Promise<Uint8Array> {
  const byPassphrase = /^-> scrypt /m.test(header.toString('latin1'))
  if (byPassphrase ? passphrase === undefined : identities.length === 0) throw closed(byPassphrase)
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  try {
    if (byPassphrase && passphrase !== undefined) decrypter.addPassphrase(passphrase)
    else for (const identity of identities) decrypter.addIdentity(identity)
  } catch {
    // Its own message is not passed on: it may quote a secret.
    throw new OctavoError('decrypt-failed', 'an identity that is given is none of age')
  }
  try {
    return await decrypter.decryptHeader(header)
  } catch (error) {
    const why = messageOf(error)
    throw why.startsWith('no identity matched') ? doesNotFit(byPassphrase) : wrongHeader(why, error)
  }
}

function closed(byPassphrase: boolean): OctavoError {
  return byPassphrase
    ? new OctavoError(
        'decrypt-failed',
        'the backup is encrypted with a passphrase, and none is given',
        { hint: 'Set AGE_PASSPHRASE to the passphrase, then run it again.' },
      )
    : new OctavoError('decrypt-failed', 'the backup is encrypted, and no identity is given')
}

function doesNotFit(byPassphrase: boolean): OctavoError {
  return byPassphrase
    ? new OctavoError('decrypt-failed', 'the passphrase does not decrypt the backup', {
        hint: 'Look for the passphrase that AGE_PASSPHRASE held when the backup was made.',
      })
    : new OctavoError(
        'decrypt-failed',
        'none of the identities given decrypts the backup: it was encrypted for others, or its header was changed',
        { hint: 'Look for the identity whose recipient AGE_RECIPIENTS held when it was made.' },
      )
}

function noHeader(text: string): OctavoError {
  if (firstLine.startsWith(text))
    return new OctavoError('document-truncated', 'the age header ends too early')
  return new OctavoError('format-unknown', 'the data is not encrypted with age, or by a newer one')
}

function wrongHeader(why: string, cause?: unknown): OctavoError {
  return new OctavoError('document-altered', `the age header can not be read: ${why}`, { cause })
}

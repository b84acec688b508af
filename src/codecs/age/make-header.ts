import { type AgeKeys, isAgeRecipient } from '../../core/age-keys.js'
import { OctavoError } from '../../core/errors.js'
import { passphraseStanza } from './passphrase-stanza.js'

export interface SealedHeader {
  readonly header: Uint8Array
  /** What the payload is encrypted with. */
  readonly fileKey: Uint8Array
}

/** Behind the header of an empty file: a nonce, and the tag of an empty chunk. */
const emptyPayloadBytes = 32

/** The header of a new age file: a new file key, wrapped for everybody who may decrypt. */
export async function makeHeader({ recipients = [], passphrase }: AgeKeys): Promise<SealedHeader> {
  requireOneWay(recipients, passphrase)
  const { Encrypter, Stanza } = await import('age-encryption')
  const encrypter = new Encrypter()
  const fileKeys: Uint8Array[] = []
  // Called like any other recipient: the only way to learn the file key, which the payload needs.
  encrypter.addRecipient({
    wrapFileKey: async (fileKey) => {
      fileKeys.push(fileKey.slice())
      if (passphrase === undefined) return []
      const { args, body } = await passphraseStanza(passphrase, fileKey)
      return [new Stanza(args, body)]
    },
  })
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  const empty = await encrypter.encrypt(new Uint8Array())
  const [fileKey] = fileKeys
  if (fileKey === undefined) throw new OctavoError('internal', 'the age header has no file key')
  return { header: empty.subarray(0, -emptyPayloadBytes), fileKey }
}

function requireOneWay(recipients: readonly string[], passphrase: string | undefined): void {
  const wrong = recipients.find((recipient) => !isAgeRecipient(recipient))
  if (wrong !== undefined) throw refusal(`"${wrong}" is no age recipient`)
  if (recipients.length === 0 && passphrase === undefined)
    throw refusal('nothing says whom the backup is encrypted for')
  if (recipients.length > 0 && passphrase !== undefined)
    throw refusal('it can be encrypted for recipients or with a passphrase, not both')
}

function refusal(why: string): OctavoError {
  return new OctavoError('config-invalid', `the backup can not be encrypted: ${why}`, {
    hint: 'Set AGE_RECIPIENTS to what `octavo keygen` printed: age1 and 58 letters and digits.',
  })
}

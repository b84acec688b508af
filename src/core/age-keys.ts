/** Recipients or a passphrase encrypt, identities or a passphrase decrypt: the last two are secret. */
export interface AgeKeys {
  readonly recipients?: readonly string[]
  readonly identities?: readonly string[]
  readonly passphrase?: string
}

/** Of these, whom an archive is encrypted for. */
export type Sealing = { readonly recipients: readonly string[] } | { readonly passphrase: string }

/** Of these, what decrypts an archive. */
export type Opening =
  | { readonly identities: readonly string[]; readonly passphrase?: string }
  | { readonly passphrase: string }

/** Whether a text is a recipient as `age-keygen` makes it: `age1…`, without a mistyped letter. */
export function isAgeRecipient(text: string): boolean {
  return /^age1[02-9ac-hj-np-z]{58}$/.test(text) && hasRightChecksum('age', text)
}

/** Whether a text is an identity as `age-keygen` makes it: `AGE-SECRET-KEY-1…`. */
export function isAgeIdentity(text: string): boolean {
  return (
    /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/.test(text) &&
    hasRightChecksum('age-secret-key-', text.toLowerCase())
  )
}

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** Bech32 (BIP 173): `prefix`, a 1, and the data with six letters of checksum at its end. */
function hasRightChecksum(prefix: string, text: string): boolean {
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0))
  const data = Array.from(text.slice(prefix.length + 1), (letter) => alphabet.indexOf(letter))
  const values = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data]
  return values.reduce(addToChecksum, 1) === 1
}

function addToChecksum(sum: number, value: number): number {
  const top = sum >> 25
  const shifted = ((sum & 0x1ffffff) << 5) ^ value
  return generators.reduce(
    (mixed, generator, bit) => mixed ^ ((top >> bit) & 1 && generator),
    shifted,
  )
}

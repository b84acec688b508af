import { createHmac } from 'node:crypto'

/** The room that a pseudonym needs to be one of its own. */
export const distinctLength = 12
const emailEnd = '@example.invalid'
const emailForm = /^[^\s@]+@[^\s@]+$/
const digitForm = /^\+?[\d\s()./-]*\d[\d\s()./-]*$/
const rounds = 10
const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** Which form a value has, and keeps. */
export function formOf(value: string): 'email' | 'digits' | 'text' {
  if (emailForm.test(value)) return 'email'
  return digitForm.test(value) ? 'digits' : 'text'
}

/** Null where the column has no room for a pseudonym of that form. */
export type Pseudonym = (value: string, maxLength: number | null) => string | null

/**
 * Values for values, by HMAC-SHA-256 under a key: the same for the same, and different for different
 * ones. Digits are permuted among numbers of their length, so that they never clash; of e-mail and other
 * text the pseudonym has 80 bits or more, where the column has room.
 */
export function pseudonyms(key: string): Pseudonym {
  const mac = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return (value, maxLength) => {
    const room = maxLength ?? Infinity
    const form = formOf(value)
    if (form === 'digits') return permuteDigits(value, mac)
    const word = wordOf(mac(`${form}\n${value}`))
    if (form === 'text') return `p${word.slice(0, 19)}`.slice(0, room)
    const local = `u${word.slice(0, 16)}`.slice(0, Math.max(0, room - emailEnd.length))
    return local.length < distinctLength ? null : local + emailEnd
  }
}

/** Five bits a letter: lower case, so that nothing which ignores case makes two of them one. */
function wordOf(bytes: Buffer): string {
  return Array.from(bytes, (byte) => letters.charAt(byte & 31)).join('')
}

/** What is no digit stays where it is. */
function permuteDigits(value: string, mac: (text: string) => Buffer): string {
  const permuted = permute(value.replaceAll(/\D/g, ''), mac)
  let at = 0
  return value.replaceAll(/\d/g, () => permuted.charAt(at++))
}

/** A Feistel network on decimal digits, built as FF1 is (NIST SP 800-38G): a permutation. */
function permute(digits: string, mac: (text: string) => Buffer): string {
  const split = Math.floor(digits.length / 2)
  let [left, right] = [digits.slice(0, split), digits.slice(split)]
  for (let round = 0; round < rounds; round += 1) {
    const width = left.length
    const shift = mac(`digits\n${digits.length}\n${round}\n${right}`).toString('hex')
    const sum = (BigInt(left || '0') + BigInt(`0x${shift}`)) % 10n ** BigInt(width)
    ;[left, right] = [right, width === 0 ? '' : sum.toString().padStart(width, '0')]
  }
  return left + right
}

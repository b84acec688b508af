import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'

const namePattern = /^[A-Za-z0-9][\w.@-]{0,63}$/
const leastCharacters = 12
const mostBytes = 1024

export function isUserName(name: string): boolean {
  return namePattern.test(name)
}

export function requireUserName(name: string): void {
  if (isUserName(name)) return
  throw new OctavoError('usage', 'that is no name for an account', {
    hint: 'Take letters from a to z, digits, and . _ - @ after the first, at most 64: ada, or ada@example.org.',
  })
}

/** What it must be is what can be counted: no rule makes a bad password good. */
export function requireGoodPassword(password: string, name: string): void {
  const normal = password.normalize('NFKC')
  const fault = passwordFault(normal, name)
  if (fault === null) return
  throw new OctavoError('usage', `this password is not taken: ${fault}`, {
    hint: 'Take four words that do not belong together, or what a password manager makes.',
  })
}

function passwordFault(password: string, name: string): string | null {
  if (Array.from(password).length < leastCharacters)
    return `it has fewer than ${leastCharacters} characters`
  if (Buffer.byteLength(password) > mostBytes) return `it is longer than ${mostBytes} bytes`
  if (Buffer.from(password).toString() !== password) return 'it holds half a character'
  if (foldCase(password) === foldCase(name)) return 'it is the name of the account'
  return null
}

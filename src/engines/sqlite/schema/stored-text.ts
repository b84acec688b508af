import { isUtf8 } from 'node:buffer'
import type { sqliteEncodings, StoredText } from '../../../core/schema.js'

export type Encoding = (typeof sqliteEncodings)[number]

/**
 * The string that stored bytes stand for; null where they would not come back from it. In UTF-16
 * those are lone surrogates, U+FFFE and U+FFFF, which SQLite replaces on the way through UTF-8.
 */
export function textOf(bytes: Buffer, encoding: Encoding): string | null {
  if (encoding === 'UTF-8') return isUtf8(bytes) ? bytes.toString('utf8') : null
  if (bytes.length % 2 !== 0) return null
  const units = encoding === 'UTF-16be' ? Buffer.from(bytes).swap16() : bytes
  const text = units.toString('utf16le')
  return /[\ufffe\uffff]|\p{Surrogate}/u.test(text) ? null : text
}

export function isText(bytes: Buffer, encoding: Encoding): boolean {
  return encoding === 'UTF-8' ? isUtf8(bytes) : textOf(bytes, encoding) !== null
}

export function storedText(bytes: Buffer, encoding: Encoding): StoredText {
  return textOf(bytes, encoding) ?? { $text: { base64: bytes.toString('base64') } }
}

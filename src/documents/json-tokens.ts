import { isUtf8 } from 'node:buffer'
import { OctavoError } from '../core/errors.js'
import { maxLineBytes } from '../core/document.js'

/** A mark stands for itself: `{ } [ ] : ,`. The text of a string is its value, unescaped. */
export type TokenKind = 'mark' | 'string' | 'number' | 'literal'
export type OnToken = (kind: TokenKind, text: string, bytes: number) => void

const quoteMark = 0x22
const backslash = 0x5c
const byteOrderMark = [0xef, 0xbb, 0xbf]
const maxWordBytes = 4096
const numberForm = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/**
 * Cuts a stream of bytes into the tokens of RFC 8259, whatever the pieces it comes in; the grammar
 * above tokens is the caller's. Our own because the tokenizer at hand, @streamparser/json 0.0.26,
 * drops U+FEFF from strings, and a document must come back to the last character.
 */
export class JsonTokens {
  readonly #onToken: OnToken
  readonly #numbers: readonly string[]
  #bomBytes = 0
  #state: 'between' | 'string' | 'word' = 'between'
  #held: Buffer[] = []
  #heldBytes = 0
  #escaping = false
  #hasEscapes = false
  #hasWide = false

  /** `numbers` are words that stand for numbers, too: Python writes `NaN`, which is no JSON. */
  constructor(onToken: OnToken, numbers: readonly string[] = []) {
    this.#onToken = onToken
    this.#numbers = numbers
  }

  write(bytes: Buffer): void {
    let at = this.#bomBytes < byteOrderMark.length ? this.#readByteOrderMark(bytes) : 0
    while (at < bytes.length) {
      if (this.#state === 'string') at = this.#readString(bytes, at)
      else if (this.#state === 'word') at = this.#readWord(bytes, at)
      else at = this.#readBetween(bytes, at)
    }
  }

  end(): void {
    if (this.#state === 'word') this.#endWord()
    if (this.#state === 'string')
      throw new OctavoError('document-truncated', 'the file ends in the middle of a string')
  }

  /** At the very start it says nothing; anywhere else outside of strings it is an error. */
  #readByteOrderMark(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length && bytes[at] === byteOrderMark[this.#bomBytes]) {
      at += 1
      this.#bomBytes += 1
    }
    if (at === bytes.length || this.#bomBytes === byteOrderMark.length) return at
    if (this.#bomBytes > 0) throw invalid('a character stands outside of strings')
    this.#bomBytes = byteOrderMark.length
    return at
  }

  #readBetween(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue
      if (byte === quoteMark) {
        this.#state = 'string'
        return at + 1
      }
      if (isMark(byte)) {
        this.#onToken('mark', String.fromCharCode(byte), 1)
        continue
      }
      this.#state = 'word'
      return at
    }
    return bytes.length
  }

  #readString(bytes: Buffer, from: number): number {
    let at = from
    let escaping = this.#escaping
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      if (escaping) escaping = false
      else if (byte === quoteMark) break
      else if (byte === backslash) {
        escaping = true
        this.#hasEscapes = true
        continue
      }
      if (byte < 0x20) throw invalid('a string holds a raw control character')
      if (byte >= 0x80) this.#hasWide = true
    }
    this.#escaping = escaping
    this.#hold(bytes.subarray(from, at), maxLineBytes)
    if (at === bytes.length) return at
    const text = this.#stringText()
    this.#state = 'between'
    this.#onToken('string', text.value, text.bytes)
    return at + 1
  }

  #stringText(): { value: string; bytes: number } {
    const raw = this.#takeHeld()
    if (this.#hasWide && !isUtf8(raw)) throw invalid('a string is not valid UTF-8')
    const text = this.#hasWide ? raw.toString('utf8') : raw.toString('latin1')
    const value = this.#hasEscapes ? unescape(text) : text
    this.#hasEscapes = false
    this.#hasWide = false
    return { value, bytes: raw.length + 2 }
  }

  #readWord(bytes: Buffer, from: number): number {
    let at = from
    while (at < bytes.length && isWordByte(bytes[at] ?? 0)) at += 1
    if (at === from && this.#heldBytes === 0) throw invalid('a character stands outside of strings')
    this.#hold(bytes.subarray(from, at), maxWordBytes)
    if (at < bytes.length) this.#endWord()
    return at
  }

  #endWord(): void {
    const text = this.#takeHeld().toString('latin1')
    this.#state = 'between'
    if (text === 'true' || text === 'false' || text === 'null')
      this.#onToken('literal', text, text.length)
    else if (numberForm.test(text) || this.#numbers.includes(text))
      this.#onToken('number', text, text.length)
    else throw invalid(`${JSON.stringify(text.slice(0, 40))} is no value`)
  }

  #hold(piece: Buffer, limit: number): void {
    this.#heldBytes += piece.length
    if (this.#heldBytes > limit) throw invalid(`a value is longer than ${limit} bytes`)
    if (piece.length > 0) this.#held.push(piece)
  }

  #takeHeld(): Buffer {
    const [first] = this.#held
    const whole = this.#held.length === 1 && first ? first : Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    return whole
  }
}

function isMark(byte: number): boolean {
  return (
    byte === 0x2c ||
    byte === 0x3a ||
    byte === 0x7b ||
    byte === 0x7d ||
    byte === 0x5b ||
    byte === 0x5d
  )
}

/** Letters, digits, `+`, `-` and `.`: all that literals and numbers are made of. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  )
}

function unescape(text: string): string {
  try {
    const value: unknown = JSON.parse(`"${text}"`)
    if (typeof value === 'string' && !/\p{Surrogate}/u.test(value)) return value
  } catch (error) {
    throw invalid('a string holds an escape that JSON does not know', error)
  }
  throw invalid('a string holds half a surrogate pair')
}

function invalid(what: string, cause?: unknown): OctavoError {
  return new OctavoError('document-invalid', `the file is not valid JSON: ${what}`, { cause })
}

import { OctavoError } from '../../../core/errors.js'
import type { OtherObject, StoredText, TableObject } from '../../../core/schema.js'

/** The bytes of a text as a database in `encoding` stores them. */
export function storedBytes(text: StoredText, encoding: string): Buffer {
  if (typeof text !== 'string') return Buffer.from(text.$text.base64, 'base64')
  if (encoding === 'UTF-8') return Buffer.from(text, 'utf8')
  const bytes = Buffer.from(text, 'utf16le')
  return encoding === 'UTF-16be' ? bytes.swap16() : bytes
}

/** A text whose ASCII characters stand where the stored text has them: enough to find its tokens. */
function readableText(text: StoredText, encoding: string): string {
  if (typeof text === 'string') return text
  const bytes = storedBytes(text, encoding)
  if (encoding === 'UTF-8') return bytes.toString('latin1')
  const even = bytes.subarray(0, bytes.length & ~1)
  return (encoding === 'UTF-16be' ? Buffer.from(even).swap16() : even).toString('utf16le')
}

const space = '(?:[ \\t\\n\\f\\r]|--[^\\n]*(?:\\n|$)|/\\*[^]*?(?:\\*/|$))'
const token = new RegExp(
  `${space}+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\`(?:[^\`]|\`\`)*\`|\\[[^\\]]*\\]|[\\w$\\x80-\\uffff]+|[^]`,
  'y',
)

const beginnings = {
  table: /^create$ ^table$/,
  virtual: /^create$ ^virtual$ ^table$/,
  index: /^create$ ^(unique|index)$/,
  view: /^create$ ^view$/,
  trigger: /^create$ ^trigger$/,
}

/**
 * Refuses a text that is not one statement of the kind its entry says. SQLite itself only reads
 * these texts here and never runs them, but a second statement behind the first would wait in the
 * restored file for a tool that does.
 */
export function checkSchemaText(object: TableObject | OtherObject, encoding: string): void {
  const kind =
    object.type === 'table' ? (object.kind === 'virtual' ? 'virtual' : 'table') : object.type
  const words = tokensOf(readableText(object.sql, encoding))
  const expected = beginnings[kind].source.split(' ')
  const fits = expected.every((word, index) => new RegExp(word, 'i').test(words[index] ?? ''))
  if (!fits)
    throw refusal(object, `its text does not begin like one that creates a ${shownKind(kind)}`)
  if (!endsOnce(words, kind === 'trigger'))
    throw refusal(object, 'its text holds more than one statement')
}

function shownKind(kind: keyof typeof beginnings): string {
  return kind === 'virtual' ? 'virtual table' : kind
}

function tokensOf(text: string): string[] {
  const end = text.indexOf('\0')
  const words: string[] = []
  const limit = end === -1 ? text.length : end
  const isSpace = new RegExp(`^${space}`)
  token.lastIndex = 0
  while (token.lastIndex < limit) {
    const word = token.exec(text)?.[0]
    if (word === undefined) break
    if (!isSpace.test(word)) words.push(word)
  }
  return words
}

/** A trigger ends at the first END that follows a semicolon, as in sqlite3_complete. */
function endsOnce(words: readonly string[], isTrigger: boolean): boolean {
  const end = words.findIndex((word, index) =>
    isTrigger ? /^end$/i.test(word) && words[index - 1] === ';' : word === ';',
  )
  const rest = end === -1 ? [] : words.slice(end + 1)
  return rest.every((word) => word === ';')
}

function refusal(object: TableObject | OtherObject, why: string): OctavoError {
  return new OctavoError(
    'document-invalid',
    `the ${object.type} "${object.name}" can not be restored: ${why}`,
    { hint: 'Nothing was run. Do not trust this file: Octavo never writes such a text.' },
  )
}

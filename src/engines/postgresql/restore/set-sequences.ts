import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { quoteQualified, quoteText } from '../sql/quote.js'

/**
 * Brings sequences to where the document has them. No rollback takes that back, so these must be
 * sequences that the same transaction has made: with it they are gone.
 */
export async function setSequences(session: Session, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { schema, name, last, called } = parseSequence(line)
    await session.run(
      `SELECT setval(${quoteText(quoteQualified(schema, name))}, ${last}, ${called})`,
      `could not set the sequence "${name}"`,
    )
  }
}

export interface SequenceState {
  readonly schema: string
  readonly name: string
  readonly last: string
  readonly called: boolean
}

/** Reads the state of a sequence from its line in a document. */
export function parseSequence(line: string): SequenceState {
  const [schema, name, last, called, ...more] = JSON.parse(line) as unknown[] // a list, as read
  const number = typeof last === 'object' && last !== null && '$numberLong' in last
  const text = String(number ? last.$numberLong : last)
  const fits = typeof schema === 'string' && typeof name === 'string' && typeof called === 'boolean'
  if (fits && more.length === 0 && /^-?\d{1,19}$/.test(text))
    return { schema, name, last: text, called }
  throw new OctavoError('document-invalid', `${line} is not the state of a sequence`)
}

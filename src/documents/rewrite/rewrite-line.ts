import type { ColumnFacts } from '../../core/column-facts.js'
import { OctavoError } from '../../core/errors.js'
import { canonicalJson, JsonNumber, quote, type JsonValue } from '../canonical-json.js'
import { parseJson } from '../json-values.js'
import { recordLimits } from '../rewrite-record.js'
import { distinctLength, formOf, type Pseudonym } from './pseudonym.js'
import type { PlannedColumn } from './rewrite-plan.js'

/** What is done to the records of a model. */
export interface Rewriting {
  readonly model: string
  readonly planned: readonly PlannedColumn[]
  readonly pseudonym: Pseudonym
}

/** One record with its planned columns rewritten; the others stay as they are spelled. */
export function rewriteLine(line: string, { model, planned, pseudonym }: Rewriting): string {
  const record = parseJson(Buffer.from(line), recordLimits)
  const fields = record instanceof Map ? record.get('fields') : undefined
  if (!(record instanceof Map) || !(fields instanceof Map))
    throw new OctavoError('document-invalid', 'a record has no fields')
  for (const { facts, rule } of planned) {
    const value = fields.get(facts.name)
    if (value === undefined) throw lacks(`${model}.${facts.name}`)
    const shown = `${model}.${facts.name}`
    const next = rule === 'empty' ? emptyOf(facts) : pseudonymOf(value, { facts, shown, pseudonym })
    fields.set(facts.name, next)
  }
  return canonicalJson(record)
}

interface Column {
  readonly facts: ColumnFacts
  readonly shown: string
  readonly pseudonym: Pseudonym
}

function pseudonymOf(value: JsonValue, { facts, shown, pseudonym }: Column): JsonValue {
  if (value === null || value === '') return value
  if (typeof value !== 'string')
    throw new OctavoError('restore-refused', `${shown} holds a value that is not plain text`, {
      hint: 'Nothing was changed. Use "empty" for this column.',
    })
  // What char(n) adds to a value is not part of it.
  const bare = facts.kind === 'char' ? value.replace(/ +$/, '') : value
  if (bare === '') return value
  const made = pseudonym(bare, facts.maxLength)
  const { maxLength, unique } = facts
  const short = maxLength !== null && maxLength < distinctLength
  if (made === null || (unique && short && formOf(bare) === 'text')) throw tooShort(shown, facts)
  return facts.kind === 'char' ? made.padEnd(value.length, ' ') : made
}

function emptyOf({ kind, notNull, type, scale, maxLength }: ColumnFacts): JsonValue {
  if (!notNull) return null
  switch (kind) {
    case 'text':
      return ''
    case 'char':
      return ' '.repeat(maxLength ?? 1)
    case 'boolean':
      return false
    case 'integer':
      return new JsonNumber('0')
    case 'real':
      return new JsonNumber('0.0')
    case 'numeric':
      return scale > 0 ? `0.${'0'.repeat(scale)}` : '0'
    case 'binary':
      return new Map([
        [
          '$binary',
          new Map<string, JsonValue>([
            ['base64', ''],
            ['subType', '00'],
          ]),
        ],
      ])
    case 'other':
      throw new OctavoError('internal', `${quote(type)} knows no empty value`)
  }
}

function lacks(shown: string): OctavoError {
  return new OctavoError(
    'target-changed',
    `the column ${shown} went while its table was exported`,
    { hint: 'Run it again when the schema stands still.' },
  )
}

function tooShort(shown: string, { maxLength }: ColumnFacts): OctavoError {
  return new OctavoError(
    'restore-refused',
    `${shown} takes ${maxLength} characters: too few for a pseudonym`,
    { hint: 'Nothing was changed. Use "empty" for this column.' },
  )
}

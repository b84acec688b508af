import { OctavoError } from '../../../core/errors.js'
import type { Losses } from '../losses.js'
import type { ColumnProfile } from '../../../core/table-profile.js'
import { numericOf, toServer, type ToServer } from './server-value.js'

export interface ServerColumn {
  readonly name: string
  /** As the server spells it. */
  readonly type: string
  readonly notNull: boolean
  readonly convert: ToServer
}

/**
 * The type that a column gets: what it was declared as, where every value in it is one, else what holds
 * them all. `wanted` is the type of a column that is there already, and takes what it can read.
 */
export function serverColumn(
  table: string,
  column: ColumnProfile,
  { wanted, losses }: { readonly wanted: string | undefined; readonly losses: Losses },
): ServerColumn {
  const { name, notNull } = column
  if (column.nuls > 0) throw refused(table, name, 'holds text with a NUL byte')
  if (column.blobs > 0 && column.texts + column.integers + column.reals > 0)
    throw refused(table, name, 'holds both bytes and other values')
  const type = wanted ?? declaredType(column) ?? anyType(column)
  if (wanted === undefined && type === 'text' && column.integers + column.reals > 0)
    losses.note(`${table}.${name} holds values of several kinds, which are kept as text`)
  return { name, notNull, type, convert: convertFor(type) }
}

function convertFor(type: string): ToServer {
  const [, places] = /^numeric\(\d+,(\d+)\)$/.exec(type) ?? []
  if (places !== undefined) return numericOf(Number(places))
  const bare = type.replace(/\(\d+(,\d+)?\)/, '')
  return toServer[bare] ?? toServer['text'] ?? ((value) => value)
}

/** What the declaration says, as Django declares its fields on SQLite, if it is true of every value. */
function declaredType(column: ColumnProfile): string | undefined {
  const { declared, integers, reals, texts, blobs, longestText } = column
  const [, word = '', length = ''] = /^([a-z ]*[a-z])(?: *\((\d+)[^)]*\))?/.exec(declared) ?? []
  const onlyText = integers + reals + blobs === 0
  const onlyNumbers = texts + blobs === 0
  if (/^bool(ean)?$/.test(word))
    return onlyNumbers && reals + column.beyondBool === 0 ? 'boolean' : undefined
  if (word.includes('int')) return onlyNumbers && reals === 0 ? 'bigint' : undefined
  if (/^(datetime|timestamp)/.test(word))
    return onlyText && column.noInstants === 0 ? 'timestamp with time zone' : undefined
  if (word === 'date') return onlyText && column.noDays === 0 ? 'date' : undefined
  if (word === 'time') return onlyText && column.noTimes === 0 ? 'time without time zone' : undefined
  if (/^(decimal|numeric)$/.test(word))
    return onlyNumbers && column.infinities === 0 ? 'numeric' : undefined
  if (/real|floa|doub/.test(word)) return onlyNumbers ? 'double precision' : undefined
  if (word === 'char' && length === '32' && onlyText && column.noHex === 0) return 'uuid'
  if (/char/.test(word) && length !== '')
    return onlyText && longestText <= Number(length) ? `character varying(${length})` : undefined
  if (word === 'blob') return integers + reals + texts === 0 ? 'bytea' : undefined
  return undefined
} // prettier-ignore

function anyType({ integers, reals, texts, blobs, infinities }: ColumnProfile): string {
  if (blobs > 0) return 'bytea'
  if (texts > 0) return 'text'
  if (reals === 0) return integers > 0 ? 'bigint' : 'text'
  return integers === 0 || infinities > 0 ? 'double precision' : 'numeric'
}

function refused(table: string, column: string, what: string): OctavoError {
  return new OctavoError(
    'restore-refused',
    `the column "${column}" of "${table}" ${what}, which PostgreSQL can not have`,
    { hint: 'Nothing was changed. Restore it into SQLite, or choose models with --only.' },
  )
}

import type { Affinity } from '../schema/table-columns.js'
import type { ShapedColumn, TableShape } from './table-shape.js'

const text = String.raw`"[^"\\\x00-\x1f]*(?:\\(?:["\\bfnrt]|u00[01][0-9a-f])[^"\\\x00-\x1f]*)*"`
const integer = '-?(?:0|[1-9][0-9]*)'
const number = String.raw`${integer}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`
/** Not 1.0, which a column of numbers would store as 1. */
const fraction = String.raw`${integer}(?:\.[0-9]*[1-9]|\.[0-9]+e-[0-9]+)`
/** A text that a column of numbers would store as a number. */
const space = String.raw`(?:[ ]|\\[tnfr]|\\u000b)*`
const numeric = String.raw`"${space}[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?${space}"`
const other = `(?!${numeric})${text}`
/** Any text without escapes: what is no base64 shows when it is decoded. */
const base64 = String.raw`"[^"\\\x00-\x1f]*"`
const bytes = String.raw`\{"\$(?:text":\{"base64":${base64}\}|binary":\{"base64":${base64},"subType":"00"\})\}`
const wide = String.raw`\{"\$(?:numberLong":"-?[0-9]+"|numberDouble":"-?Infinity")\}`

/** What a column of each affinity keeps as it is: without tags, and with tags added. */
const kept: Record<Affinity, readonly [plain: string, tagged: string]> = {
  text: [`${text}|null`, bytes],
  integer: [`${other}|${fraction}|${integer}(?![0-9.eE])|null|true|false`, `${bytes}|${wide}`],
  numeric: [`${other}|${fraction}|${integer}(?![0-9.eE])|null|true|false`, `${bytes}|${wide}`],
  real: [`${other}|${number}|null|true|false`, `${bytes}|${wide}`],
  blob: [`${text}|${number}|null|true|false`, `${bytes}|${wide}`],
}

/** How many columns a pattern may have: a longer one compiles to too much code. */
const widestPattern = 200

/**
 * Matches one record line as Octavo writes it, with the separator or bracket behind it, on bytes read
 * as Latin-1: exactly these members in this order, each value one that its column keeps as it is.
 * `tags` also admits tagged values. Null for tables too wide for a pattern. What does not match may
 * still be a good record in another layout.
 */
export function recordPattern(shape: TableShape, tags: boolean): RegExp | null {
  const { key, fields } = shape
  if (fields.length + key.length > widestPattern) return null
  const value = ({ affinity }: ShapedColumn): string =>
    `(?:${kept[affinity].slice(0, tags ? 2 : 1).join('|')})`
  const rowidValue = `(?:${integer}${tags ? `|${wide}` : ''})`
  const parts = shape.keyIsRowid ? [rowidValue] : key.map(value)
  const pk =
    parts.length === 0 ? 'null' : parts.length === 1 ? parts[0] : `\\[${parts.join(',')}\\]`
  const rowid = shape.rowid === null ? '' : `,"rowid":${rowidValue}`
  const members = fields.map((column) => `${literal(column.name)}:${value(column)}`).join(',')
  return new RegExp(
    `\\{"model":${literal(shape.model)},"pk":${pk}${rowid},"fields":\\{${members}\\}\\}(?:,\\n|\\]$)`,
    'y',
  )
}

function literal(name: string): string {
  const bytes = Buffer.from(JSON.stringify(name)).toString('latin1')
  return bytes.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** How many records `batch` (a JSON array) holds if all of them match, else null. */
export function countMatching(pattern: RegExp, batch: string): number | null {
  let records = 0
  pattern.lastIndex = 1
  while (pattern.lastIndex < batch.length) {
    if (!pattern.test(batch)) return null
    records += 1
  }
  return records
}

import { createHash } from 'node:crypto'
import { OctavoError } from '../core/errors.js'

/** What of a record line says which record it is, as it is spelled there. */
export interface RecordHead {
  readonly pk: string
  /** Null where the line has none. */
  readonly rowid: string | null
}

const [pkMark, rowidMark, fieldsMark] = [',"pk":', ',"rowid":', ',"fields":'] as const

/** No string holds one of the marks: a quotation mark within it stands behind a backslash. */
export function recordHead(line: string): RecordHead {
  const start = line.indexOf(pkMark)
  const end = line.indexOf(fieldsMark, start)
  if (start === -1 || end === -1)
    throw new OctavoError('document-invalid', 'a record has no pk or no fields')
  const head = line.slice(start + pkMark.length, end)
  const at = head.indexOf(rowidMark)
  return at === -1
    ? { pk: head, rowid: null }
    : { pk: head.slice(0, at), rowid: head.slice(at + rowidMark.length) }
}

/**
 * The text that names a record among those of its model: its `pk` as the line has it; else, where that
 * is null or a part of it is, `{"rowid":7}`; and where nothing names it, the digest of its line.
 */
export function recordKey(line: string): string {
  const { pk, rowid } = recordHead(line)
  if (!holdsNull(pk)) return pk
  if (rowid !== null) return `{"rowid":${rowid}}`
  return `{"sha256":"${createHash('sha256').update(line).digest('hex')}"}`
}

/** A key with a null in it may stand there several times. */
export function holdsNull(pk: string): boolean {
  if (!pk.includes('null')) return false
  const value: unknown = JSON.parse(pk)
  return Array.isArray(value) ? value.includes(null) : value === null
}

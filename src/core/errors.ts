import { messageOf } from './message-of.js'
import { errorTable, type ErrorCode } from './error-table.js'

/** What an error carries besides its code and its message. */
export interface ErrorOptions {
  /** What a person should do next: whole sentences. */
  readonly hint?: string
  readonly cause?: unknown
  /** Facts for machines; never secrets. Must survive structured cloning and JSON. */
  readonly details?: Readonly<Record<string, unknown>>
}

/**
 * The one error of the project. The message says what could not be done, to what, and why, in lower
 * case without a final stop; the hint says what to do. The code leads to HTTP status, exit code and
 * whether trying again can help (error-table.ts, docs/errors.md). Secrets never enter any of it.
 */
export class OctavoError extends Error {
  override readonly name = 'OctavoError'
  readonly code: ErrorCode
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint ?? errorTable[code].hint
    this.details = options.details ?? {}
  }
}

/** An error as plain data, to cross a thread or process boundary or to be sent as JSON. */
export interface ErrorRecord {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Gives any thrown value the form of an OctavoError; what is not ours becomes `internal`. */
export function asOctavoError(thrown: unknown): OctavoError {
  if (thrown instanceof OctavoError) return thrown
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new OctavoError('aborted', 'the job was stopped before it ended', { cause: thrown })
  const message = messageOf(thrown)
  const code = thrown instanceof Error && 'code' in thrown ? diskCodes.get(thrown.code) : undefined
  if (code === undefined) return new OctavoError('internal', message, { cause: thrown })
  return new OctavoError(code, `a file could not be read or written: ${message}`, { cause: thrown })
}

/** What a system says when the disk or its permissions, not the program, are at fault. */
const diskCodes: ReadonlyMap<unknown, ErrorCode> = new Map([
  ['ENOSPC', 'space-short'],
  ['EDQUOT', 'space-short'],
  ...['EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EFBIG'].map(
    (code) => [code, 'io-failed'] as const,
  ),
])

/** The opposite of `fromErrorRecord`; the cause stays behind. */
export function toErrorRecord(error: OctavoError): ErrorRecord {
  return { code: error.code, message: error.message, hint: error.hint, details: error.details }
}

/** The error that a record was made of, on the other side of a border. */
export function fromErrorRecord(record: ErrorRecord): OctavoError {
  const { code, message, hint, details } = record
  return new OctavoError(code, message, { hint, details })
}

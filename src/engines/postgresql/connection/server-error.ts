import { OctavoError } from '../../../core/errors.js'
import { messageOf } from '../../../core/message-of.js'

/** The SQLSTATE of an error of the server, or the code of one of the system; empty where it has none. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}

/** Whether the server or the way to it was lost, and not a statement refused. */
function isLost(error: unknown): boolean {
  const code = codeOf(error)
  if (/^(57P0|08)/.test(code) || /^E[A-Z]+$/.test(code)) return true
  return code === '' && /terminated|not queryable|Connection/i.test(messageOf(error))
}

/** An error of the server in our words. `what` says what could not be done, and to what. */
export function serverFailure(error: unknown, what: string): OctavoError {
  if (error instanceof OctavoError) return error
  const message = `${what}: ${messageOf(error)}`
  const code = codeOf(error)
  if (error instanceof Error && error.name === 'AbortError')
    return new OctavoError('aborted', 'the job was stopped before it ended', { cause: error })
  if (code === '55P03' || code === '40P01' || code === '40001')
    return new OctavoError('database-busy', message, { cause: error })
  if (code === '42501')
    return new OctavoError('database-refused', message, {
      cause: error,
      hint: 'The user of the address may not do this: docs/postgresql.md has the rights it needs.',
    })
  if (code === '54000' || /invalid memory alloc request/.test(message))
    return new OctavoError('value-too-large', message, { cause: error, hint: tooLargeHint })
  if (code.startsWith('53')) return new OctavoError('space-short', message, { cause: error })
  if (isLost(error)) return new OctavoError('database-unreachable', message, { cause: error })
  return new OctavoError('database-refused', message, { cause: error })
}

/** There is no native copy of these databases here. */
export const tooLargeHint =
  'Records above 256 MB are not written to documents. Use pg_dump for this database.'

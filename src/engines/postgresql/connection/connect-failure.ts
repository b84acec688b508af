import { OctavoError } from '../../../core/errors.js'
import { messageOf } from '../../../core/message-of.js'
import { codeOf } from './server-error.js'

const unreachable =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EPIPE|ENOENT|EACCES)$/
/** What the servers and services of PostgreSQL say to whom comes without TLS. */
const wantsTls =
  /no encryption|SSL off|insecure|SSL.*(required|connection is required)|require.*SSL/i

/**
 * Names what kept us from a database. The texts of the server and the system say nothing secret: they
 * name the user, the host and the database, never the password.
 */
export function connectFailure(error: unknown, shown: string): OctavoError {
  if (error instanceof OctavoError) return error
  const code = codeOf(error)
  const message = firstMessage(error)
  const fail = (
    kind: 'database-unreachable' | 'database-refused' | 'database-not-found' | 'database-busy',
    what: string,
    hint?: string,
  ): OctavoError =>
    new OctavoError(kind, `${shown} ${what}: ${message}`, {
      cause: error,
      ...(hint !== undefined && { hint }),
    })
  if (code === '3D000')
    return fail('database-not-found', 'can not be opened', 'Check the name behind the last slash.')
  if (code === '28P01' || /password must be a (non-empty )?string/.test(message))
    return fail('database-refused', 'did not take the password', 'Check the user and the password.')
  if (/does not support SSL/.test(message))
    return fail(
      'database-refused',
      'speaks no TLS, and the address demands it',
      'Use sslmode=disable only where the way to the server is your own.',
    )
  if (code === '28000' && wantsTls.test(message))
    return fail('database-refused', 'demands TLS', 'Add ?sslmode=require to the address.')
  if (/^(ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|ERR_SSL|EPROTO)/.test(code))
    return fail(
      'database-refused',
      'showed a certificate that is not trusted',
      'Name the certificate of its authority: sslrootcert=FILE.',
    )
  if (/^(28|42501)/.test(code)) return fail('database-refused', 'let nobody in')
  if (/^(53300|57P0|55000)/.test(code)) return fail('database-busy', 'takes no connection now')
  if (unreachable.test(code) || /timeout|terminated|SSL connection|ended/i.test(message))
    return fail('database-unreachable', 'can not be reached')
  return new OctavoError('database-refused', `${shown} could not be opened: ${message}`, {
    cause: error,
  })
}

/** A name with several addresses fails once for each. */
function firstMessage(error: unknown): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
  return messageOf(errors[0] ?? error)
}

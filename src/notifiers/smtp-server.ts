import { OctavoError } from '../core/errors.js'
import { isNearby, isThisMachine } from '../core/nearby-host.js'

export interface SmtpServer {
  readonly host: string
  readonly port: number
  /**
   * `always`: from the first byte on. `required`: by STARTTLS before anything is said. `offered`: by
   * STARTTLS where the server has it. `never`: on this machine. Certificates are checked in all of them.
   */
  readonly tls: 'always' | 'required' | 'offered' | 'never'
  readonly login: { readonly user: string; readonly password: string } | null
}

/**
 * Reads `smtps://user:password@host:465` or `smtp://host:587`; what stands before the host is percent-encoded.
 * A password goes out encrypted, except to hosts nearby. Errors name nothing but the host.
 */
export function smtpServer(text: string): SmtpServer {
  const trimmed = text.trim()
  if (!/^smtps?:\/\//i.test(trimmed) || !URL.canParse(trimmed))
    throw wrong('the address of the mail server is not one')
  const url = new URL(trimmed)
  const host = decodedPart(url.hostname).replace(/^\[(.*)\]$/, '$1')
  if (host === '') throw wrong('the address of the mail server names no host')
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    throw wrong(`the address of the mail server ${host} has something behind the host and the port`)
  const [user, password] = [decodedPart(url.username), decodedPart(url.password)]
  if ((user === '') !== (password === ''))
    throw wrong(`the address of the mail server ${host} has only one of user name and password`)
  const login = user === '' ? null : { user, password }
  const isSmtps = url.protocol.toLowerCase() === 'smtps:'
  const port = url.port === '' ? (isSmtps ? 465 : 587) : Number(url.port)
  return { host, port, login, tls: isSmtps ? 'always' : startTls(host, login !== null) }
}

function startTls(host: string, hasPassword: boolean): SmtpServer['tls'] {
  // The certificate of a server on this machine is hardly ever one for localhost.
  if (isThisMachine(host)) return 'never'
  return hasPassword && !isNearby(host) ? 'required' : 'offered'
}

/** Throws where a password could be read on its way. */
export function requireSafePassword({ host, tls, login }: SmtpServer): void {
  if (login === null || tls === 'always' || tls === 'required' || isNearby(host)) return
  throw new OctavoError(
    'config-invalid',
    `the password for the mail server ${host} would be sent unencrypted`,
    { hint: 'Use smtps://, or STARTTLS.' },
  )
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw wrong('the address of the mail server has a % that begins no percent-encoding')
  }
}

function wrong(message: string): OctavoError {
  return new OctavoError('config-invalid', message, {
    hint:
      'Give it as smtps://user:password@host:465 or smtp://host:587. In the user name and the ' +
      'password write % as %25, @ as %40, : as %3A, / as %2F, ? as %3F and # as %23.',
  })
}

import { messageOf } from '../core/message-of.js'
import { certificateHint, isCertificateCode } from './certificate-fault.js'
import { oneLine } from './fit-text.js'
import type { SmtpServer } from './smtp-server.js'
import type { SendFault } from './try-send.js'

/** What nodemailer puts on its errors. */
interface MailError {
  readonly code?: unknown
  /** Of the system, below the code of nodemailer. */
  readonly originalCode?: unknown
  /** Whether the server's answer says that the same is refused again. */
  readonly permanent?: unknown
}

/** Faults of the connection. */
const passing = ['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS']

export function mailFault(error: unknown, server: SmtpServer): SendFault {
  const { code, originalCode, permanent }: MailError = Object(error)
  const said = oneLine(withoutLogin(messageOf(error), server), 300)
  const why = `the mail server ${server.host} did not take it (${said})`
  // Behind STARTTLS there is no code, and the server did not say it.
  const isCertificate =
    isCertificateCode(String(originalCode ?? code)) ||
    (permanent === undefined && /certificate/i.test(said))
  if (isCertificate) return { why, mayPass: false, hint: certificateHint }
  if (code === 'EAUTH')
    return { why, mayPass: permanent === false, hint: 'Check the user name and the password.' }
  if (code === 'ETLS')
    return { why, mayPass: false, hint: 'Take smtps://, if the server has no STARTTLS.' }
  const mayPass = permanent === false || (permanent === undefined && passing.includes(String(code)))
  return { why, mayPass }
}

/** A server may say back what it was sent, in any form in which it was. */
function withoutLogin(text: string, { login }: SmtpServer): string {
  if (login === null) return text
  const { user, password } = login
  const forms = [password, ...[`\0${user}\0${password}`, password].map(base64)]
  return forms.reduce((masked, form) => masked.replaceAll(form, '***'), text)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

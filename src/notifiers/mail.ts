import { createTransport } from 'nodemailer'
import type { Notice, Notifier } from '../core/backups/notifier.js'
import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import { fitText, oneLine } from './fit-text.js'
import { mailFault } from './mail-fault.js'
import { alertKinds, type NoticeKind } from './notice-kinds.js'
import { noticeText } from './notice-text.js'
import { requireSafePassword, type SmtpServer } from './smtp-server.js'
import { type SendFault, trySend } from './try-send.js'

export interface MailOptions {
  readonly server: SmtpServer
  /** `backups@example.org`, or `Octavo <backups@example.org>`. */
  readonly from: string
  readonly to: readonly string[]
  readonly clock: Clock
  /** Which notices go out; by default those of `alertKinds`. */
  readonly wants?: ReadonlySet<NoticeKind>
  /** For each step of a try; a try takes three times as long at most. */
  readonly limitMs?: number
  /** Certificates that are trusted instead of those of Node, as PEM. */
  readonly ca?: string
}

const longestText = 50_000

export function mailNotifier(options: MailOptions): Notifier {
  const { server, from, to, clock, wants = alertKinds } = options
  requireSafePassword(server)
  if (to.length === 0) throw wrong('no address to send mail to was given')
  for (const address of [from, ...to]) requireAddress(address)
  const shown = `mail to ${to.join(', ')}`
  return {
    name: 'mail',
    shown,
    wants,
    send: (notice, { signal }) =>
      trySend(() => sendMail(options, notice, signal), { shown, clock, signal }),
  }
}

/** Null where the server took it for everybody. */
async function sendMail(
  { server, from, to, clock, ca, limitMs = 10_000 }: MailOptions,
  notice: Notice,
  signal: AbortSignal | undefined,
): Promise<SendFault | null> {
  const limit = AbortSignal.timeout(3 * limitMs)
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'always',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'never',
    ...(server.login && { auth: { user: server.login.user, pass: server.login.password } }),
    tls: { rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
    dnsTimeout: limitMs,
    connectionTimeout: limitMs,
    greetingTimeout: limitMs,
    socketTimeout: limitMs,
    socketCloseTimeout: 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const { subject, text } = noticeText(notice)
  try {
    const { rejected } = await transport.sendMail({
      from,
      to: [...to],
      subject: oneLine(subject, 200),
      text: fitText(text, longestText),
      date: clock.now(),
      // No holiday answer comes back: RFC 3834.
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    })
    return rejected.length === 0 ? null : refusedFor(rejected.map(String))
  } catch (error) {
    if (limit.aborted) return { why: 'the mail server took too long', mayPass: true }
    return mailFault(error, server)
  } finally {
    transport.close()
  }
}

/** The others have it already, so it is not sent again. */
function refusedFor(rejected: readonly string[]): SendFault {
  return { why: `the mail server refused it for ${rejected.join(', ')}`, mayPass: false }
}

function requireAddress(address: string): void {
  if (/^[^\p{Cc}]*[^\p{Cc}\s]@[^\p{Cc}\s]+$/u.test(address)) return
  throw wrong(`${JSON.stringify(address)} is no mail address`)
}

function wrong(message: string): OctavoError {
  return new OctavoError('config-invalid', message, {
    hint: 'Give it as backups@example.org, or as Octavo <backups@example.org>.',
  })
}

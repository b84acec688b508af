import { once } from 'node:events'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import type { Notifier } from '../../src/core/backups/notifier.js'
import { asOctavoError } from '../../src/core/errors.js'
import { mailNotifier, type MailOptions } from '../../src/notifiers/mail.js'
import { noticeText } from '../../src/notifiers/notice-text.js'
import { smtpServer, type SmtpServer } from '../../src/notifiers/smtp-server.js'
import { runOf } from '../catalog/run-of.js'
import { password, startMailServer, user } from './mail-server.js'
import { everyNotice, notices } from './notices.js'
import { selfSigned } from './self-signed.js'
import { stillClock } from './still-clock.js'

const { failure } = notices
const login = { user, password }
const certificate = selfSigned(t.testdir())
const skip = certificate === null && 'there is no openssl'
const { key, cert } = certificate ?? { key: '', cert: '' }

function mailTo(
  port: number,
  server: Partial<SmtpServer> = {},
  options: Partial<MailOptions> = {},
): Notifier {
  return mailNotifier({
    server: { host: '127.0.0.1', port, tls: 'offered', login: null, ...server },
    from: 'Octavo <backups@example.org>',
    to: ['ada@example.org', 'ben@example.org'],
    clock: stillClock(),
    ...options,
  })
}

/** The error of a send, after it was looked through for what is a secret. */
async function faultOf(t: Test, notifier: Notifier) {
  try {
    await notifier.send(failure, {})
  } catch (thrown) {
    const error = asOctavoError(thrown)
    const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)
    for (const part of [password, 'hidden', Buffer.from(password).toString('base64').slice(0, 12)])
      t.notOk(shown.includes(part), `no ${part}`)
    t.match(error, { code: 'notify-failed', message: /^mail to ada@.* could not be notified/ })
    return error
  }
  throw new Error('it was sent')
}

t.test('a mail says who it is from, to whom, and what happened', async (t) => {
  const { port, mails } = await startMailServer(t, { disabledCommands: ['STARTTLS', 'AUTH'] })
  const notifier = mailTo(port)
  t.equal(notifier.shown, 'mail to ada@example.org, ben@example.org')
  t.strictSame([...notifier.wants], ['failure', 'unhealthy', 'recovery', 'summary'])
  for (const notice of everyNotice) await notifier.send(notice, {})
  t.equal(mails.length, everyNotice.length)
  const { subject, text } = noticeText(failure)
  t.match(mails[2], {
    from: 'backups@example.org',
    to: ['ada@example.org', 'ben@example.org'],
    secure: false,
    mail: {
      subject,
      from: { name: 'Octavo', address: 'backups@example.org' },
      to: [{ address: 'ada@example.org' }, { address: 'ben@example.org' }],
      date: '2026-11-22T00:17:00.000Z',
    },
  })
  t.equal(mails[2]?.mail.text?.trimEnd(), text)
  t.match(mails[2]?.raw, /^Auto-Submitted: auto-generated\r$/m)
})

t.test('with STARTTLS nothing is said before it, and then the password', { skip }, async (t) => {
  const { port, mails, logins } = await startMailServer(t, { key, cert, authOptional: false })
  await mailTo(port, { tls: 'required', login }, { ca: cert }).send(failure, {})
  await mailTo(port, { tls: 'offered', login }, { ca: cert }).send(failure, {})
  t.match(mails, [
    { secure: true, user },
    { secure: true, user },
  ])
  t.strictSame(logins, Array(2).fill(`${user}:${password}`))
})

t.test('with TLS from the first byte on', { skip }, async (t) => {
  const options = { key, cert, secure: true, authOptional: false }
  const { port, mails } = await startMailServer(t, options)
  await mailTo(port, { tls: 'always', login }, { ca: cert }).send(failure, {})
  t.match(mails, [{ secure: true, user }])
})

t.test('with a password and no encryption, to a server nearby', async (t) => {
  const { port, mails } = await startMailServer(t, {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: false,
  })
  await mailTo(port, { login }).send(failure, {})
  t.match(mails, [{ secure: false, user }])
})

t.test('on this machine STARTTLS is left alone, where that is set', { skip }, async (t) => {
  const { port, mails } = await startMailServer(t, { key, cert })
  await mailTo(port, { tls: 'never' }).send(failure, {})
  t.match(mails, [{ secure: false }])
})

t.test('a certificate that nobody trusts is refused, and no password sent', { skip }, async (t) => {
  for (const [tls, secure] of [
    ['always', true],
    ['required', false],
    ['offered', false],
  ] as const) {
    const server = await startMailServer(t, { key, cert, secure })
    const error = await faultOf(t, mailTo(server.port, { tls, login }))
    t.match(error, { message: /self-signed certificate/, hint: /NODE_EXTRA_CA_CERTS/ }, tls)
    t.match(error.details, { tries: 1 })
    t.strictSame([server.mails, server.logins], [[], []])
  }
})

t.test('where STARTTLS is wanted and not there, no password is sent', async (t) => {
  const { port, mails, logins } = await startMailServer(t, {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
  })
  const error = await faultOf(t, mailTo(port, { tls: 'required', login }))
  t.match(error, { hint: /smtps:/, details: { tries: 1 } })
  t.strictSame([mails, logins], [[], []])
})

t.test('a wrong password is told once, and not shown', async (t) => {
  const { port, mails, logins } = await startMailServer(t, {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: false,
  })
  const wrong = { user, password: `${password} no` }
  const error = await faultOf(t, mailTo(port, { login: wrong }))
  t.match(error, { message: /127\.0\.0\.1 did not take it \(.*\*\*\*.*\)$/ })
  t.equal(error.hint, 'Check the user name and the password.')
  t.strictSame([mails, logins.length], [[], 1])
  t.match(await faultOf(t, mailTo(port)), { details: { tries: 1 } }, 'nor is none')
})

/** As a server refuses: with its code, and the address. */
function refusal(address: string, responseCode: number): Error {
  return Object.assign(new Error(`<${address}> not now`), { responseCode })
}

t.test(
  'what the server does not take now is tried again, what it never takes is not',
  async (t) => {
    const answers = [451, 450]
    const later = await startMailServer(t, {
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _, done) => {
        const code = address.startsWith('ada') ? answers.shift() : undefined
        done(code === undefined ? null : refusal(address, code))
      },
    })
    const clock = stillClock()
    const to = ['ada@example.org']
    await mailTo(later.port, {}, { clock, to }).send(failure, {})
    t.strictSame(clock.slept, [2_000, 10_000])
    t.equal(later.mails.length, 1)
    const never = await startMailServer(t, {
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _, done) => done(refusal(address, 550)),
    })
    t.match(await faultOf(t, mailTo(never.port)), { message: '550', details: { tries: 1 } })
  },
)

t.test('a mail that only some get is told of, and not sent again', async (t) => {
  const { port, mails } = await startMailServer(t, {
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _, done) =>
      done(address.startsWith('ben') ? refusal(address, 550) : null),
  })
  const error = await faultOf(t, mailTo(port))
  t.match(error, { message: /refused it for ben@example\.org$/, details: { tries: 1 } })
  t.strictSame(
    mails.map(({ to }) => to),
    [['ada@example.org']],
  )
})

t.test('a server that is not there, or says nothing, is tried three times', async (t) => {
  const silent = createServer((socket) => void socket.on('error', () => undefined))
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  const port = Number(Object(silent.address()).port)
  t.match(await faultOf(t, mailTo(port, {}, { limitMs: 200 })), { message: /, 3 times$/ })
  silent.close()
  await once(silent, 'close')
  const gone = await faultOf(t, mailTo(port))
  t.match(gone, { message: /ECONNREFUSED.*, 3 times$/, details: { tries: 3 } })
})

t.test('a send that is aborted ends at once', async (t) => {
  const stop = new AbortController()
  const silent = createServer((socket) => {
    socket.on('error', () => undefined)
    stop.abort()
  })
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => silent.close())
  const port = Number(Object(silent.address()).port)
  await t.rejects(mailTo(port).send(failure, { signal: stop.signal }), { name: 'AbortError' })
})

t.test('nothing that is in a notice becomes a header, a recipient or a command', async (t) => {
  const { port, mails } = await startMailServer(t, { disabledCommands: ['STARTTLS'] })
  const database =
    'lab\r\nBcc: eve@example.org\r\n\r\nä\u{1F600}\r\n.\r\nMAIL FROM:<eve@example.org>'
  const record = runOf(0, { database, warnings: ['.\r\n.', '..', '{"path":"/etc/passwd"}'] })
  await mailTo(port).send({ kind: 'failure', record, error: failure.error }, {})
  t.equal(mails.length, 1)
  t.strictSame(mails[0]?.to, ['ada@example.org', 'ben@example.org'])
  t.equal(mails[0]?.mail.bcc, undefined)
  t.match(mails[0]?.mail.subject, /backup of lab Bcc: eve@example\.org ä\u{1F600} \. MAIL FROM/u)
  t.match(mails[0]?.mail.text, /^- \. \.\n- \.\.\n- \{"path":"\/etc\/passwd"\}$/m)
  t.strictSame(
    mails[0]?.mail.headers.map((header) => header.key).filter((name) => /bcc|mail/i.test(name)),
    [],
  )
})

t.test('an address of more than one line, or without an @, is refused', (t) => {
  for (const address of ['', 'ada', 'a@b\r\nBcc: eve@example.org', 'a\0@b', '@example.org', 'a@'])
    for (const options of [{ to: [address] }, { from: address }])
      t.throws(() => mailTo(25, {}, options), { code: 'config-invalid' }, JSON.stringify(address))
  t.throws(() => mailTo(25, {}, { to: [] }), { code: 'config-invalid' })
  t.end()
})

const local = { host: 'localhost', port: 587, tls: 'never', login: null }
const far = { ...local, host: 'mail.example.org' }

t.test('the address of a mail server says what is encrypted', (t) => {
  const given: [string, object][] = [
    ['smtps://mail.example.org', { ...far, port: 465, tls: 'always' }],
    ['SMTPS://mail.example.org:2465/', { ...far, port: 2465, tls: 'always' }],
    ['smtp://mail.example.org', { ...far, tls: 'offered' }],
    [
      'smtp://me:p%40ss%2Fw%25@mail.example.org:25',
      { ...far, port: 25, tls: 'required', login: { user: 'me', password: 'p@ss/w%' } },
    ],
    [
      'smtp://me%40here:p@s:s@mail',
      { ...far, host: 'mail', tls: 'offered', login: { user: 'me@here', password: 'p@s:s' } },
    ],
    [' smtp://localhost ', local],
    ['smtp://[::1]:25', { ...local, host: '::1', port: 25 }],
    ['smtps://localhost', { ...local, port: 465, tls: 'always' }],
    ['smtp://10.0.0.1', { ...local, host: '10.0.0.1', tls: 'offered' }],
  ]
  for (const [text, server] of given) t.strictSame(smtpServer(text), server, text)
  t.end()
})

t.test('an address that is none is refused, and shows no password', (t) => {
  for (const text of [
    '',
    'mail.example.org',
    'https://me:hidden@mail.example.org',
    'smtp://me:hid/hidden@mail.example.org',
    'smtp://me:1/hidden@mail.example.org',
    'smtp://me:1?hidden@mail.example.org',
    'smtp://me:1#hidden@mail.example.org',
    'smtp://me:%hidden@mail.example.org',
    'smtp://hidden@mail.example.org',
    'smtp://:hidden@mail.example.org',
    'smtp://mail.example.org/?password=hidden',
    'smtp://',
  ])
    try {
      smtpServer(text)
      t.fail(text)
    } catch (error) {
      t.match(error, { code: 'config-invalid', hint: /%25/ }, text)
      t.notMatch(inspect(error, { depth: Infinity }), 'hidden')
    }
  t.end()
})

t.test('a password that could be read on its way is refused', (t) => {
  const server = { host: 'mail.example.org', login }
  for (const tls of ['offered', 'never'] as const)
    t.throws(() => mailTo(587, { ...server, tls }), { code: 'config-invalid' }, tls)
  for (const tls of ['always', 'required'] as const) t.ok(mailTo(587, { ...server, tls }), tls)
  t.ok(mailTo(587, { ...server, tls: 'offered', login: null }))
  t.end()
})

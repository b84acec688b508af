import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'

export interface ReceivedMail {
  /** Whom the server was told that it is from and to. */
  readonly from: string
  readonly to: readonly string[]
  readonly secure: boolean
  readonly user: string | undefined
  readonly raw: string
  readonly mail: Email
}

export interface MailServer {
  readonly port: number
  readonly mails: ReceivedMail[]
  readonly connections: () => number
  /** `user:password` of every try to log in. */
  readonly logins: string[]
}

export const user = 'backups@example.org'
export const password = 'p@ss:w/rd%41 hidden'

/** A real server; it knows one user and takes every mail, unless told otherwise. */
export async function startMailServer(
  t: Test,
  options: SMTPServerOptions = {},
): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const logins: string[] = []
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    onConnect: (_, done) => {
      connections += 1
      done()
    },
    onAuth: (auth, _, done) => {
      logins.push(`${auth.username}:${auth.password}`)
      const isRight = auth.username === user && auth.password === password
      if (isRight) done(null, { user })
      // As a server might that is too talkative.
      else
        done(
          new Error(`not ${auth.password}, ${Buffer.from(auth.password ?? '').toString('base64')}`),
        )
    },
    onData: (stream, session, done) => {
      void buffer(stream).then(async (raw) => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          raw: raw.toString(),
          mail: await PostalMime.parse(raw),
        })
        done()
      })
    },
    ...options,
  })
  // A client that does not like our certificate hangs up.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)))
  const { port } = server.server.address() as AddressInfo // it listens on a port
  return { port, mails, logins, connections: () => connections }
}

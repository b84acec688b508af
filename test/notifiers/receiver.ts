import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** How a request is answered; null: not at all; `hang up`: the connection ends. */
export type Answer =
  | null
  | 'hang up'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

export interface Receiver {
  /** With what is a secret in it. */
  readonly url: string
  readonly received: Received[]
}

export const secretPath = '/services/T000/B000/tell-nobody?token=hidden'

/** A server that answers one request after the other as it is told, and from then on 200. */
export async function receive(
  t: Test,
  answers: readonly Answer[] = [],
  tls?: ServerOptions,
): Promise<Receiver> {
  const received: Received[] = []
  const server: Server = tls ? createTlsServer(tls) : createServer()
  server.on('request', (request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request
      const answer = answers[received.length] ?? { status: 200 }
      received.push({ method, path, headers, body })
      const isSilent = received.length <= answers.length && answers[received.length - 1] === null
      if (isSilent) return
      if (answer === 'hang up') request.socket.destroy()
      else response.writeHead(answer.status, answer.headers).end('what a stranger says')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}${secretPath}`, received }
}

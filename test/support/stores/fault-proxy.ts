import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What becomes of a request in place of an answer. */
export type Fault =
  /** An answer of our own; the service hears of nothing. */
  | {
      readonly answer: number
      readonly code?: string
      readonly headers?: object
      readonly body?: string
    }
  /** The connection ends while the body comes; the service hears of nothing. */
  | 'cut request'
  /** The service hears so many bytes of the body, and the connection ends. */
  | { readonly cutRequestAfter: number }
  /** The service does it, and the connection ends before its answer. */
  | 'lose answer'
  /** The service does it, and the connection stays silent. */
  | 'hold answer'
  /** Nothing is heard, by anybody. */
  | 'stall'
  /** The service hears of it a while after it was sent, also if nobody waits for the answer. */
  | { readonly lateMs: number }
  /** The body arrives with one byte changed. */
  | 'change body'
  /** The answer ends after so many bytes of its body. */
  | { readonly cutAnswerAfter: number }
  | { readonly stallAnswerAfter: number }
  /** The answer comes with one byte of its body changed. */
  | 'change answer'

export interface Rule<O extends string> {
  readonly on: (seen: Seen<O>) => boolean
  readonly fault: Fault
  /** How often; for ever by default. */
  readonly times?: number
  /** Told before the fault. */
  readonly before?: () => void | Promise<void>
  /** Told when the service has done what came late. */
  readonly after?: () => void
}

/** What a request asks a service for. */
export interface Seen<O extends string> {
  readonly operation: O
  /** Of a part. */
  readonly part: number | null
  readonly headers: IncomingMessage['headers']
}

export interface FaultProxy<O extends string> {
  readonly port: number
  /** That are open. */
  readonly connections: ReadonlySet<Socket>
  /** `part 2`, in the order in which they came. */
  readonly seen: string[]
  /** The first rule that applies is taken. */
  rules: Rule<O>[]
}

export interface Behind<O extends string> {
  readonly port: number
  readonly seenOf: (asked: IncomingMessage) => Seen<O>
}

/** Stands between a store and its service, and lets requests go wrong as it is told. */
export async function faultProxy<O extends string>(
  t: { readonly teardown: (clean: () => void) => void },
  { port: to, seenOf }: Behind<O>,
): Promise<FaultProxy<O>> {
  const sockets = new Set<Socket>()
  const used = new Map<Rule<O>, number>()
  const server = createServer((asked, answer) => {
    handle(asked, answer).catch(() => asked.socket.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const proxy: FaultProxy<O> = {
    port: (server.address() as AddressInfo).port,
    seen: [],
    rules: [],
    connections: sockets,
  }

  async function handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const seen = seenOf(asked)
    proxy.seen.push(seen.part === null ? seen.operation : `part ${seen.part}`)
    const rule = proxy.rules.find(
      (one) => one.on(seen) && (used.get(one) ?? 0) < (one.times ?? Infinity),
    )
    if (rule === undefined) return forward(asked, await buffer(asked), answer)
    used.set(rule, (used.get(rule) ?? 0) + 1)
    await rule.before?.()
    const { fault } = rule
    if (fault === 'cut request') {
      asked.once('data', () => asked.socket.destroy())
      return
    }
    const body = await buffer(asked)
    if (fault === 'stall') return
    if (fault === 'change body') {
      body[0] = (body[0] ?? 0) ^ 1
      return forward(asked, body, answer)
    }
    if (fault === 'change answer') {
      const given = await ask(asked, body)
      given.body[0] = (given.body[0] ?? 0) ^ 1
      answer.writeHead(given.status, given.headers)
      answer.end(given.body)
      return
    }
    if (typeof fault === 'object' && 'cutRequestAfter' in fault) {
      await cutShort(asked, body.subarray(0, fault.cutRequestAfter))
      asked.socket.destroy()
      return
    }
    if (fault === 'lose answer' || fault === 'hold answer') {
      const { status } = await ask(asked, body)
      if (status >= 400) throw new Error(`the service refused it: ${status}`)
      if (fault === 'lose answer') asked.socket.destroy()
      return
    }
    if ('answer' in fault) {
      const { code = 'Fault', headers = {} } = fault
      const { body = `<Error><Code>${code}</Code><Message>told to</Message></Error>` } = fault
      answer.writeHead(fault.answer, { 'content-type': 'application/xml', ...headers })
      answer.end(body)
      return
    }
    if ('lateMs' in fault) {
      await new Promise((resolve) => setTimeout(resolve, fault.lateMs))
      await forward(asked, body, answer)
      rule.after?.()
      return
    }
    const whole = await ask(asked, body)
    const after = 'cutAnswerAfter' in fault ? fault.cutAnswerAfter : fault.stallAnswerAfter
    answer.writeHead(whole.status, whole.headers)
    answer.write(whole.body.subarray(0, after), () => {
      if ('cutAnswerAfter' in fault) asked.socket.destroy()
    })
  }

  async function forward(asked: IncomingMessage, body: Buffer, answer: ServerResponse) {
    const given = await ask(asked, body)
    answer.writeHead(given.status, given.headers)
    answer.end(given.body)
  }

  function ask({ method, url, headers }: IncomingMessage, body: Buffer) {
    const { expect: _, ...sent } = headers
    return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>(
      (resolve, reject) => {
        const options = { host: '127.0.0.1', port: to, method, path: url, headers: sent }
        const forwarded = request(options, (given) => {
          buffer(given).then(
            (body) => resolve({ status: given.statusCode ?? 0, headers: given.headers, body }),
            reject,
          )
        })
        forwarded.on('error', reject)
        forwarded.end(body)
      },
    )
  }
  /** Ends when the service has what it was sent, and no more comes. */
  function cutShort({ method, url, headers }: IncomingMessage, start: Buffer): Promise<void> {
    return new Promise((resolve) => {
      const options = { host: '127.0.0.1', port: to, method, path: url, headers }
      const forwarded = request(options)
      forwarded.on('error', () => resolve())
      forwarded.on('close', () => resolve())
      forwarded.write(start, () => forwarded.socket?.end())
    })
  }
  return proxy
}

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

export type Answerer = (request: IncomingMessage, response: ServerResponse) => void

/** What stands at BACKUP_URL: Octavo's answer, or whatever else a test puts there. */
export class ServiceDouble {
  readonly key = 'a-key-that-nobody-guesses-0123456789'
  readonly requests: IncomingMessage[] = []
  /** One for each request; the last one stays. */
  answers: Answerer[] = []
  url = ''
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push(request)
      const next = this.answers.length > 1 ? this.answers.shift() : this.answers[0]
      next?.(request, response)
    })
  }

  static async start(): Promise<ServiceDouble> {
    const double = new ServiceDouble()
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve))
    const address = double.#server.address()
    if (typeof address === 'object' && address) double.url = `http://127.0.0.1:${address.port}`
    return double
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export interface SendWishes {
  readonly gzip?: boolean
  /** Headers that differ; null leaves one out. */
  readonly headers?: Record<string, string | null>
}

/** Sends bytes as the service of Octavo sends a verified export. */
export function sendExport(
  bytes: Buffer,
  { gzip = false, headers = {} }: SendWishes = {},
): Answerer {
  const body = gzip ? gzipSync(bytes) : bytes
  const all: Record<string, string | null> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
    'repr-digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
    'octavo-verified': 'snapshot',
    'content-encoding': gzip ? 'gzip' : null,
    ...headers,
  }
  return (_, response) => {
    for (const [name, value] of Object.entries(all))
      if (value !== null) response.setHeader(name, value)
    response.end(body)
  }
}

/** Sends anything else. */
export function sendText(
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): Answerer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': type, ...headers })
    response.end(body)
  }
}

import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Asked {
  /** A port of this machine, or the path of a unix socket. */
  readonly at: number | string
  readonly path: string
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came: one that came twice is there twice. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** One request on a connection of its own; rejects where the answer breaks off. */
export function ask({ at, path, method = 'GET', headers = {}, body = '' }: Asked): Promise<Answer> {
  const place = typeof at === 'number' ? { host: '127.0.0.1', port: at } : { socketPath: at }
  return new Promise((resolve, reject) => {
    const asked = request({ ...place, path, method, headers, agent: false }, (answer) => {
      buffer(answer).then((body) => {
        const { statusCode: status = 0, headers, rawHeaders } = answer
        resolve({ status, headers, rawHeaders, body })
      }, reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/**
 * Asks until the answer is as it should be: something else comes up in its own time. After a minute it
 * says what came instead, as a test that waits for ever tells nothing.
 */
export async function askUntil(
  asked: Asked,
  isSo: (answer: Answer) => boolean = ({ status }) => status === 200,
): Promise<Answer> {
  const end = Date.now() + 60_000
  for (;;) {
    const answer = await ask(asked).catch((error: unknown) => String(error))
    if (typeof answer !== 'string' && isSo(answer)) return answer
    if (Date.now() > end) throw new Error(`${asked.at} ${asked.path} came to: ${shown(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function shown(answer: Answer | string): string {
  if (typeof answer === 'string') return answer
  return `${answer.status} ${answer.body.toString().slice(0, 1000)}`
}

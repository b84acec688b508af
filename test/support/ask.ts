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
  readonly body: Buffer
}

/** One request on a connection of its own; rejects where the answer breaks off. */
export function ask({ at, path, method = 'GET', headers = {}, body = '' }: Asked): Promise<Answer> {
  const place = typeof at === 'number' ? { host: '127.0.0.1', port: at } : { socketPath: at }
  return new Promise((resolve, reject) => {
    const asked = request({ ...place, path, method, headers, agent: false }, (answer) => {
      buffer(answer).then((body) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body })
      }, reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Asks until the answer is as it should be: something else comes up in its own time. */
export async function askUntil(
  asked: Asked,
  isSo: (answer: Answer) => boolean = ({ status }) => status === 200,
): Promise<Answer> {
  for (;;) {
    const answer = await ask(asked).catch(() => null)
    if (answer && isSo(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

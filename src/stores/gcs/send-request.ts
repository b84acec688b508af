import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { SentBytes } from '../remote/sent-bytes.js'
import { GcsFault, saidIn } from './gcs-fault.js'
import type { GcsPlace } from './gcs-place.js'

export interface GcsRequest {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Told how many bytes of the body were taken. */
  readonly onSent?: (bytes: number) => void
  /** Answers besides successes. */
  readonly accept?: readonly number[]
}

/** One request; what is not accepted is thrown as `GcsFault`. Whoever gets the answer reads its body. */
export async function sendRequest(
  place: GcsPlace,
  request: GcsRequest,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const signed = await place.sign(request.url, signal)
  const answer = await send(
    place,
    { ...request, headers: { ...request.headers, ...signed } },
    signal,
  )
  const status = answer.statusCode ?? 0
  if ((status >= 200 && status < 300) || request.accept?.includes(status)) return answer
  throw new GcsFault(status, saidIn(await text(answer)), answer.headers)
}

function send(
  place: GcsPlace,
  { method, url, headers, body, onSent }: GcsRequest,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const request = url.startsWith('http:') ? httpRequest : httpsRequest
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method,
      agent: place.agent,
      headers: {
        ...headers,
        'user-agent': 'octavo',
        ...(method === 'GET' ? {} : { 'content-length': body?.length ?? 0 }),
      },
      ...(signal === undefined ? {} : { signal }),
    })
    asked.once('response', resolve)
    asked.on('error', reject)
    if (body === undefined) asked.end()
    else new SentBytes(body, onSent).pipe(asked)
  })
}

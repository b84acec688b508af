import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { messageOf } from '../../core/message-of.js'
import { askService, type Asking } from '../remote/ask-service.js'
import { remoteError } from '../remote/fault.js'
import { GcsFault, isFault, noBucket } from './gcs-fault.js'
import type { GcsPlace } from './gcs-place.js'
import { sendRequest, type GcsRequest } from './send-request.js'

/** What an answer says, read to its end. */
export interface GcsAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** An empty object where it is none. */
  readonly json: Readonly<Record<string, unknown>>
}

/** Asks the service as `askService` does; an answer that breaks off is a fault, too. */
export async function askGcs(
  place: GcsPlace,
  asking: Asking,
  request: GcsRequest,
): Promise<GcsAnswer> {
  return await askService(place, asking, async ({ abortSignal }) => {
    const answer = await sendRequest(place, request, abortSignal)
    const body = await text(answer)
    return { status: answer.statusCode ?? 0, headers: answer.headers, json: jsonOf(body) }
  })
}

function jsonOf(body: string): GcsAnswer['json'] {
  if (body === '') return {}
  try {
    return Object(JSON.parse(body)) as GcsAnswer['json']
  } catch {
    throw new GcsFault(502, { message: 'the answer is not JSON' })
  }
}

/** The same for what names a bucket only: where nothing is found there is no bucket. */
export async function askBucket(
  place: GcsPlace,
  asking: Asking,
  request: GcsRequest,
): Promise<GcsAnswer> {
  try {
    return await askGcs(place, asking, request)
  } catch (error) {
    const known = isFault(error, 404)
      ? new GcsFault(404, { reason: noBucket, message: messageOf(error) })
      : error
    throw remoteError(known, asking.what, place)
  }
}

/** `…/storage/v1/b/BUCKET/o`, and what follows. */
export function objectsUrl(
  { endpoint, bucket }: GcsPlace,
  query: Readonly<Record<string, string>>,
): string {
  const path = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o`
  return `${path}?${new URLSearchParams(query).toString()}`
}

export function objectUrl(
  { endpoint, bucket }: GcsPlace,
  key: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const path = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}`
  const asked = new URLSearchParams(query).toString()
  return asked === '' ? path : `${path}?${asked}`
}

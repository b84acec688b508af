import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  complete,
  Refusal,
  resourceOf,
  send,
  type Bucket,
  type Exchange,
  type HeldSession,
} from './gcs-bucket.js'

const stepBytes = 256 * 1024

/** A chunk of a resumable upload, the question how far it is, or its end. */
export async function sessionRoute(
  bucket: Bucket,
  { asked, answer, url }: Exchange,
): Promise<void> {
  const session = bucket.sessions.get(url.searchParams.get('upload_id') ?? '')
  if (session === undefined) throw new Refusal(404, 'notFound', 'No such upload')
  if (session.ended === 'cancelled')
    throw new Refusal(499, 'clientClosedRequest', 'The upload was cancelled')
  if (asked.method === 'DELETE') {
    session.ended ??= 'cancelled'
    return send(answer, 499)
  }
  if (asked.method !== 'PUT') throw new Refusal(405, 'methodNotAllowed', 'Method Not Allowed')
  const { ended } = session
  if (ended !== null) return send(answer, 200, resourceOf(bucket, session.key, ended))
  const said = asked.headers['content-range']
  if (/^bytes \*\/(\d+|\*)$/.test(said ?? '') && session.total !== 0)
    return incomplete(answer, session)
  const { length, total } = rangeOf(said, asked, session)
  const { bytes, whole } = await bytesOf(asked, length)
  // What broke off is kept as far as it goes in steps.
  const kept = whole ? bytes : bytes.subarray(0, bytes.length - (bytes.length % stepBytes))
  const received = Buffer.concat([session.received, kept])
  if (!whole || received.length !== total) {
    session.received = received
    return whole ? incomplete(answer, session) : void asked.socket.destroy()
  }
  const md5 = /md5=([\w+/]+=*)/.exec(String(asked.headers['x-goog-hash'] ?? ''))?.[1]
  try {
    const { key, metadata, match } = session
    const object = complete(bucket, { key, bytes: received, metadata, match, md5 })
    session.ended = object
    send(answer, 200, resourceOf(bucket, key, object))
  } catch (error) {
    // What was refused as a whole is over.
    session.ended = 'cancelled'
    throw error
  }
}

interface ChunkRange {
  readonly length: number
  /** Null where it is not known yet. */
  readonly total: number | null
}

function rangeOf(
  said: string | undefined,
  { headers }: IncomingMessage,
  session: HeldSession,
): ChunkRange {
  const bad = (why: string): Refusal => new Refusal(400, 'invalid', why)
  const length = Number(headers['content-length'])
  if (Number.isNaN(length)) throw new Refusal(411, 'lengthRequired', 'Length Required')
  if (said === undefined || /^bytes \*\/0$/.test(said)) {
    if (session.received.length > 0) throw bad('A part without its range')
    return { length, total: length }
  }
  const [, first, last, all] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(said) ?? []
  if (first === undefined) throw bad(`Failed to parse Content-Range header: ${said}`)
  const total = all === '*' ? null : Number(all)
  if (Number(first) !== session.received.length) throw bad('Not where the upload is')
  if (Number(last) - Number(first) + 1 !== length) throw bad('Not as long as its range')
  if (session.total !== null && total !== null && session.total !== total)
    throw bad('Not the size that was said')
  const end = Number(last) + 1
  if (total !== null && end > total) throw bad('More than the size that was said')
  if (end !== total && length % stepBytes !== 0) throw bad('Not in steps of 256 KiB')
  return { length, total }
}

async function bytesOf(
  asked: IncomingMessage,
  length: number,
): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of asked) pieces.push(piece as Buffer)
  } catch {
    // The connection broke.
  }
  const bytes = Buffer.concat(pieces)
  return { bytes, whole: bytes.length === length }
}

function incomplete(answer: ServerResponse, { received }: HeldSession): void {
  if (received.length > 0) answer.setHeader('range', `bytes=0-${received.length - 1}`)
  send(answer, 308)
}

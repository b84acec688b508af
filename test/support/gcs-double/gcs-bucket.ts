import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface HeldObject {
  readonly bytes: Buffer
  readonly generation: string
  readonly metadata: Readonly<Record<string, string>>
}

export interface HeldSession {
  readonly key: string
  readonly metadata: Readonly<Record<string, string>>
  /** What `ifGenerationMatch` said. */
  readonly match: string | null
  /** What was said of the whole when it began. */
  readonly total: number | null
  received: Buffer
  ended: 'cancelled' | HeldObject | null
}

export interface Bucket {
  readonly name: string
  readonly objects: Map<string, HeldObject>
  readonly sessions: Map<string, HeldSession>
  generation: number
}

export interface Exchange {
  readonly asked: IncomingMessage
  readonly answer: ServerResponse
  readonly url: URL
}

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export function refuse(answer: ServerResponse, { status, reason, message }: Refusal): void {
  const errors = [{ message, domain: 'global', reason }]
  send(answer, status, { error: { code: status, message, errors } })
}

export function send(answer: ServerResponse, status: number, json?: object): void {
  const body = json === undefined ? '' : JSON.stringify(json)
  answer.writeHead(status, {
    'content-length': Buffer.byteLength(body),
    ...(json !== undefined && { 'content-type': 'application/json; charset=UTF-8' }),
  })
  answer.end(body)
}

/** Refuses a query that the service, or this double, does not know. */
export function requireKnown(url: URL, known: readonly string[]): void {
  for (const name of url.searchParams.keys())
    if (!known.includes(name)) throw new Refusal(400, 'invalidParameter', `Unknown name "${name}"`)
}

export function requireMatch(
  { objects }: Bucket,
  key: string,
  match: string | null,
): HeldObject | undefined {
  const found = objects.get(key)
  if (match !== null && match !== (found?.generation ?? '0'))
    throw new Refusal(
      412,
      'conditionNotMet',
      'At least one of the pre-conditions you specified did not hold.',
    )
  return found
}

export interface Arriving {
  readonly key: string
  readonly bytes: Buffer
  readonly metadata: Readonly<Record<string, string>>
  readonly match: string | null
  /** In base64, where the sender said it. */
  readonly md5: string | undefined
}

/** Makes an object of what came, where nothing forbids it. */
export function complete(
  bucket: Bucket,
  { key, bytes, metadata, match, md5 }: Arriving,
): HeldObject {
  const own = md5Of(bytes)
  if (md5 !== undefined && md5 !== own)
    throw new Refusal(
      400,
      'invalid',
      `Provided MD5 hash "${md5}" doesn't match calculated MD5 hash "${own}".`,
    )
  requireMatch(bucket, key, match)
  bucket.generation += 1
  const object = { bytes, metadata, generation: String(1_700_000_000_000_000 + bucket.generation) }
  bucket.objects.set(key, object)
  return object
}

export function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64')
}

export function resourceOf(bucket: Bucket, key: string, object: HeldObject): object {
  return {
    kind: 'storage#object',
    name: key,
    bucket: bucket.name,
    generation: object.generation,
    size: String(object.bytes.length),
    md5Hash: md5Of(object.bytes),
    metadata: object.metadata,
  }
}

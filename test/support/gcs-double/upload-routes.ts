import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import {
  complete,
  Refusal,
  requireKnown,
  requireMatch,
  resourceOf,
  send,
  type Bucket,
  type Exchange,
} from './gcs-bucket.js'
import { sessionRoute } from './session-route.js'

/** What begins an upload, or is one; what follows of a resumable one goes to the address that this gives. */
export async function uploadRoute(bucket: Bucket, exchange: Exchange): Promise<void> {
  const { asked, answer, url } = exchange
  const query = url.searchParams
  if (query.has('upload_id')) return await sessionRoute(bucket, exchange)
  if (asked.method !== 'POST') throw new Refusal(405, 'methodNotAllowed', 'Method Not Allowed')
  requireKnown(url, ['uploadType', 'name', 'ifGenerationMatch'])
  const body = await buffer(asked)
  const match = query.get('ifGenerationMatch')
  if (query.get('uploadType') === 'multipart') {
    const { json, bytes } = partsOf(body, asked.headers['content-type'] ?? '')
    const key = keyOf(query.get('name') ?? json.name)
    const { metadata, md5Hash: md5 } = json
    const object = complete(bucket, { key, bytes, metadata: metadata ?? {}, match, md5 })
    return send(answer, 200, resourceOf(bucket, key, object))
  }
  if (query.get('uploadType') !== 'resumable')
    throw new Refusal(400, 'invalid', 'Unknown kind of upload')
  const json = jsonOf(body)
  const key = keyOf(query.get('name') ?? json.name)
  requireMatch(bucket, key, match)
  const id = randomUUID()
  bucket.sessions.set(id, {
    key,
    metadata: json.metadata ?? {},
    match,
    total: totalOf(asked),
    received: Buffer.alloc(0),
    ended: null,
  })
  url.searchParams.set('upload_id', id)
  answer.setHeader('location', url.href)
  answer.setHeader('x-guploader-uploadid', id)
  send(answer, 200)
}

interface Described {
  readonly name?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly md5Hash?: string
}

function jsonOf(body: Buffer): Described {
  return body.length === 0 ? {} : (JSON.parse(body.toString()) as Described)
}

function keyOf(name: string | null | undefined): string {
  if (name) return name
  throw new Refusal(400, 'required', 'Required parameter: name')
}

function totalOf({ headers }: IncomingMessage): number | null {
  const said = headers['x-upload-content-length']
  return said === undefined ? null : Number(said)
}

/** What describes the object, and its bytes. */
function partsOf(body: Buffer, type: string): { json: Described; bytes: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1]
  if (!type.startsWith('multipart/related') || boundary === undefined)
    throw new Refusal(400, 'badContent', 'Malformed multipart body.')
  const mark = Buffer.from(`--${boundary}`)
  const first = body.indexOf(mark) + mark.length
  const second = body.indexOf(mark, first)
  const last = body.lastIndexOf(mark)
  const content = (part: Buffer): Buffer =>
    part.subarray(part.indexOf('\r\n\r\n') + 4, part.lastIndexOf('\r\n'))
  const json = jsonOf(content(body.subarray(first, second)))
  return { json, bytes: content(body.subarray(second + mark.length, last)) }
}

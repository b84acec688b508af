import type { ServerResponse } from 'node:http'
import {
  md5Of,
  Refusal,
  requireKnown,
  requireMatch,
  resourceOf,
  send,
  type Bucket,
  type Exchange,
  type HeldObject,
} from './gcs-bucket.js'

export function objectRoute(bucket: Bucket, exchange: Exchange, key: string | null): void {
  const { asked, answer, url } = exchange
  if (asked.method === 'GET' && key === null) return list(bucket, answer, url)
  if (key === null || (asked.method !== 'GET' && asked.method !== 'DELETE'))
    throw new Refusal(405, 'methodNotAllowed', 'Method Not Allowed')
  requireKnown(url, ['alt', 'generation', 'ifGenerationMatch', 'prettyPrint', 'fields'])
  const found = objectOf(bucket, key, url)
  if (asked.method === 'DELETE') {
    requireMatch(bucket, key, url.searchParams.get('ifGenerationMatch'))
    bucket.objects.delete(key)
    return send(answer, 204)
  }
  if (url.searchParams.get('alt') === 'media') return media(answer, found, asked.headers.range)
  send(answer, 200, resourceOf(bucket, key, found))
}

function objectOf({ name, objects }: Bucket, key: string, url: URL): HeldObject {
  const generation = url.searchParams.get('generation')
  const found = objects.get(key)
  if (found !== undefined && (generation === null || generation === found.generation)) return found
  throw new Refusal(404, 'notFound', `No such object: ${name}/${key}`)
}

function media(answer: ServerResponse, { bytes, generation }: HeldObject, range?: string): void {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  const start = Number(first ?? 0)
  if (range !== undefined && (first === undefined || start >= bytes.length)) {
    answer.writeHead(416, { 'content-range': `bytes */${bytes.length}`, 'content-length': 0 })
    return void answer.end()
  }
  const end =
    last === undefined || last === '' ? bytes.length : Math.min(Number(last) + 1, bytes.length)
  answer.writeHead(range === undefined ? 200 : 206, {
    'content-length': end - start,
    'content-type': 'application/octet-stream',
    'x-goog-generation': generation,
    'x-goog-hash': `md5=${md5Of(bytes)}`,
    ...(range !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }),
  })
  answer.end(bytes.subarray(start, end))
}

function list(bucket: Bucket, answer: ServerResponse, url: URL): void {
  requireKnown(url, ['prefix', 'maxResults', 'pageToken', 'fields', 'prettyPrint'])
  const query = url.searchParams
  const most = Number(query.get('maxResults') ?? 1000)
  if (!(most >= 1 && most <= 1000)) throw new Refusal(400, 'invalid', 'Invalid maximum results')
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64').toString()
  const names = [...bucket.objects.keys()]
    .filter((name) => name.startsWith(query.get('prefix') ?? '') && name > after)
    .toSorted((a, b) => (a < b ? -1 : 1))
  const page = names.slice(0, most)
  send(answer, 200, {
    kind: 'storage#objects',
    // As the service does: nothing in place of an empty list.
    ...(page.length > 0 && {
      items: page.flatMap((name) => {
        const object = bucket.objects.get(name)
        return object === undefined ? [] : [resourceOf(bucket, name, object)]
      }),
    }),
    ...(names.length > most && {
      nextPageToken: Buffer.from(page.at(-1) ?? '').toString('base64'),
    }),
  })
}

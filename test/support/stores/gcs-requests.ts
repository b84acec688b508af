import type { IncomingMessage } from 'node:http'
import type { Seen } from './fault-proxy.js'
import { chunkBytes } from './gcs-lab.js'

/** What a request asks Google Cloud Storage for. */
export type GcsOperation =
  'begin' | 'cancel' | 'delete' | 'get' | 'head' | 'list' | 'part' | 'progress' | 'token'

export function gcsSeen({ method = '', url = '', headers }: IncomingMessage): Seen<GcsOperation> {
  const { pathname, searchParams: query } = new URL(url, 'http://service')
  const range = headers['content-range'] ?? ''
  const operation = operationOf(method, { pathname, query, range })
  const first = Number(/^bytes (\d+)-/.exec(range)?.[1] ?? 0)
  const part = operation === 'part' ? Math.floor(first / chunkBytes) + 1 : null
  return { operation, part, headers }
}

interface Asked {
  readonly pathname: string
  readonly query: URLSearchParams
  readonly range: string
}

function operationOf(method: string, { pathname, query, range }: Asked): GcsOperation {
  const ofUpload = query.has('upload_id')
  switch (method) {
    case 'POST':
      return pathname === '/v1/token' ? 'token' : 'begin'
    case 'PUT':
      return range.startsWith('bytes */') ? 'progress' : 'part'
    case 'DELETE':
      return ofUpload ? 'cancel' : 'delete'
    default:
      if (pathname.endsWith('/o')) return 'list'
      return query.get('alt') === 'media' ? 'get' : 'head'
  }
}

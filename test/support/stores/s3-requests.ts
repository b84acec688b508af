import type { IncomingMessage } from 'node:http'
import type { Seen } from './fault-proxy.js'

/** What a request asks S3 for. */
export type S3Operation =
  | 'abort'
  | 'begin'
  | 'complete'
  | 'delete'
  | 'get'
  | 'head'
  | 'list'
  | 'part'
  | 'parts'
  | 'put'
  | 'uploads'

export function s3Seen({ method = '', url = '', headers }: IncomingMessage): Seen<S3Operation> {
  const { searchParams: query } = new URL(url, 'http://service')
  const part = query.get('partNumber')
  return {
    operation: operationOf(method, query),
    part: part === null ? null : Number(part),
    headers,
  }
}

function operationOf(method: string, query: URLSearchParams): S3Operation {
  const ofUpload = query.has('uploadId')
  switch (method) {
    case 'PUT':
      return ofUpload ? 'part' : 'put'
    case 'POST':
      return ofUpload ? 'complete' : 'begin'
    case 'DELETE':
      return ofUpload ? 'abort' : 'delete'
    case 'HEAD':
      return 'head'
    default:
      if (query.has('list-type')) return 'list'
      return ofUpload ? 'parts' : query.has('uploads') ? 'uploads' : 'get'
  }
}

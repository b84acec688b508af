import type { IncomingMessage } from 'node:http'
import type { Seen } from './fault-proxy.js'

/** What a request asks Azure for. */
export type AzureOperation = 'commit' | 'delete' | 'get' | 'head' | 'list' | 'part'

export function azureSeen({
  method = '',
  url = '',
  headers,
}: IncomingMessage): Seen<AzureOperation> {
  const { searchParams: query } = new URL(url, 'http://service')
  const id = query.get('blockid')
  const part = id === null ? null : Number(Buffer.from(id, 'base64').toString().slice(-6)) + 1
  return { operation: operationOf(method, query.get('comp')), part, headers }
}

function operationOf(method: string, comp: string | null): AzureOperation {
  switch (method) {
    case 'PUT':
      return comp === 'block' ? 'part' : 'commit'
    case 'DELETE':
      return 'delete'
    case 'HEAD':
      return 'head'
    default:
      return comp === 'list' ? 'list' : 'get'
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { checkBearer, newKeys, type GcsKeys } from './gcs-keys.js'
import { objectRoute } from './object-routes.js'
import { refuse, Refusal, type Bucket } from './gcs-bucket.js'
import { tokenRoute } from './token-route.js'
import { uploadRoute } from './upload-routes.js'

export interface GcsDouble {
  readonly port: number
  readonly keys: GcsKeys
  readonly bucket: Bucket
}

/**
 * Speaks the JSON API of Google Cloud Storage for one bucket, `backups`: who asks (keys of service accounts
 * and tokens), resumable and multipart uploads, preconditions, digests, ranges, generations, listings in
 * pages. It refuses what the service refuses, and what it does not know.
 */
export async function gcsDouble(t: {
  readonly teardown: (clean: () => void) => void
}): Promise<GcsDouble> {
  const keys = newKeys()
  const bucket: Bucket = { name: 'backups', objects: new Map(), sessions: new Map(), generation: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((asked, answer) => {
    handle(asked, answer).catch((error: unknown) => {
      if (error instanceof Refusal) refuse(answer, error)
      else asked.socket.destroy()
    })
  })
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })

  async function handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(asked.url ?? '', `http://${asked.headers.host}`)
    if (url.pathname === '/v1/token') return await tokenRoute(keys, asked, answer)
    // Whoever has the address of an upload may send to it.
    const { authorization } = asked.headers
    if (authorization !== undefined || !url.searchParams.has('upload_id'))
      checkBearer(keys, authorization)
    const [, upload, name, , rawKey] =
      /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(\/([^/]+))?$/.exec(url.pathname) ?? []
    if (name === undefined) throw new Refusal(404, 'notFound', 'Not Found')
    if (decodeURIComponent(name) !== bucket.name)
      throw new Refusal(404, 'notFound', 'The specified bucket does not exist.')
    if (upload !== undefined && rawKey === undefined)
      return await uploadRoute(bucket, { asked, answer, url })
    const key = rawKey === undefined ? null : decodeURIComponent(rawKey)
    return objectRoute(bucket, { asked, answer, url }, key)
  }
  return { port: (server.address() as AddressInfo).port, keys, bucket }
}

import { createServer, type ServerResponse } from 'node:http'
import type { Test } from 'tap'

export interface HeldOctavo {
  /** Resolves when an export was asked for. */
  readonly asked: Promise<void>
  /** Sends the headers and the first half, and resolves when they are gone. */
  sendHalf(): Promise<void>
  sendRest(): void
}

/** Stands where Octavo would, with an export that takes as long as the test wants. */
export async function heldOctavo(t: Test, socket: string): Promise<HeldOctavo> {
  let response: ServerResponse | undefined
  const half = Buffer.alloc(100_000, ' ')
  const server = createServer()
  const asked = new Promise<void>((resolve) => {
    server.on('request', (_request, given) => {
      response = given
      resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return {
    asked,
    sendHalf: () =>
      new Promise((resolve) => {
        response?.writeHead(200, { 'content-length': 2 * half.length, etag: '"held"' })
        response?.write(half, () => resolve())
      }),
    sendRest: () => void response?.end(half),
  }
}

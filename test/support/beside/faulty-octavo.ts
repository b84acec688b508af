import { createServer } from 'node:http'
import type { Test } from 'tap'

export interface FaultyOctavo {
  /** How often it was asked. */
  asked(): number
}

/**
 * Stands where Octavo would: it breaks off an export in its middle, and with `?silent` it hangs up
 * before it answered.
 */
export async function faultyOctavo(t: Test, place: string | number): Promise<FaultyOctavo> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    if (request.url?.includes('silent')) return void request.socket.destroy()
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': 1_000_000,
      etag: '"half"',
    })
    response.write(Buffer.alloc(500_000, ' '), () => response.destroy())
  })
  const where = typeof place === 'string' ? { path: place } : { port: place, host: '127.0.0.1' }
  await new Promise<void>((resolve) => server.listen(where, resolve))
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
  return { asked: () => asked }
}

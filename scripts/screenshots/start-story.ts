import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/** A service with the sample, and what the pages are shown of. */
export interface Story {
  readonly url: string
  /** What makes the first account. */
  readonly firstLink: string
  readonly database: string
  cookies: { name: string; value: string; domain: string; path: string }[]
  /** Addresses that a shot needs, by a name. */
  readonly places: Map<string, string>
  end(): Promise<void>
}

const entry = fileURLToPath(new URL('../../dist/main/start.js', import.meta.url))

export async function startStory(folder: string): Promise<Story> {
  const port = await freePort()
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: `${port}`,
    HOST: '127.0.0.1',
    BUSY_TIMEOUT: '1',
  }
  const child = spawn(process.execPath, [entry], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ready = new Promise<void>((resolve, reject) => {
    const read = (data: Buffer): void => {
      said += data.toString()
      if (said.includes('Stop with Ctrl-C')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(`the service ended: ${said}`)))
  })
  await ready
  return {
    url: `http://127.0.0.1:${port}`,
    firstLink: /Create the first account: (\S+)/.exec(said)?.[1] ?? '',
    database: `${folder}/data/sample.sqlite3`,
    cookies: [],
    places: new Map(),
    end: async () => {
      child.removeAllListeners('exit')
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP: an address
  server.close()
  await once(server, 'close')
  return port
}

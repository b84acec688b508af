import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cli } from './measure-files.js'
import { probeScript, readProbe, type Probed } from './run-timed.js'

const key = 'bench-key-of-no-secret-at-all-0123456789'

export interface Service {
  /** Fetches a whole export and throws it away; resolves with the seconds it took. */
  fetchExport(): Promise<number>
  /** Starts the watch of the event loop afresh. */
  watchLoop(): void
  stop(): Promise<Probed | null>
}

export async function startService(database: string, folder: string): Promise<Service> {
  const port = await freePort()
  const probe = join(folder, 'service-probes')
  mkdirSync(probe, { recursive: true })
  const child = spawn(process.execPath, ['--require', probeScript, cli, 'serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: folder,
    env: {
      ...process.env,
      DATABASE_URL: database,
      BACKUP_API_KEY: key,
      PORT: String(port),
      SPOOL_DIR: join(folder, 'spool'),
      BENCH_PROBE: probe,
    },
  })
  const address = `http://127.0.0.1:${port}/api`
  await untilHealthy(`${address}/health`, child)
  return {
    fetchExport: () => fetchExport(`${address}/backup/database`),
    watchLoop: () => void child.kill('SIGUSR2'),
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      return readProbe(probe)
    },
  }
}

async function fetchExport(address: string): Promise<number> {
  const begun = performance.now()
  // Without it fetch asks for gzip, and the compression would be measured instead.
  const headers = { authorization: `Bearer ${key}`, 'accept-encoding': 'identity' }
  const answer = await fetch(address, { headers })
  if (!answer.ok || !answer.body) throw new Error(`the service answered ${answer.status}`)
  for await (const chunk of answer.body) void chunk
  return (performance.now() - begun) / 1000
}

async function untilHealthy(address: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`)
    const answer = await fetch(address).catch(() => null)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error(`the service at ${address} did not become healthy`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a listening server has one
  server.close()
  await once(server, 'close')
  return port
}

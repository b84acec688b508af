import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { S3 } from '@aws-sdk/client-s3'
import { askUntil } from '../ask.js'
import { freePort } from '../free-port.js'

const script = fileURLToPath(new URL('./start-gateway.sh', import.meta.url))
const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'bash']
const missing = programs.filter((name) => spawnSync(name, ['--version']).error !== undefined)

/** Why there is no gateway here, or false. */
export const noGateway =
  missing.length > 0 &&
  `no Ceph gateway here: ${missing.join(', ')} (Debian: radosgw ceph-mon ceph-osd)`

export const accessKeyId = 'octavo-test'
export const secretAccessKey = 'octavo-test-secret'

export interface Gateway {
  readonly port: number
  /** Past everything of ours, to look at what is there. */
  readonly s3: S3
  newBucket(): Promise<string>
}

/** Starts a real gateway, which takes some seconds; it ends with this process at the latest. */
export async function startGateway(t: {
  readonly teardown: (clean: () => Promise<void>) => void
}): Promise<Gateway> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const folder = mkdtempSync(join(tmpdir(), 'octavo-ceph-'))
  const ports = await Promise.all([freePort(), freePort(), freePort()])
  const child = spawn('bash', [script, folder, ...ports.map(String)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  const ended = once(child, 'exit')
  const [port] = ports
  const { S3 } = await import('@aws-sdk/client-s3')
  const s3 = new S3({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
  t.teardown(async () => {
    s3.destroy()
    child.stdin.end()
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  await ready(child, folder)
  await askUntil({ at: port, path: '/' })
  let buckets = 0
  return {
    port,
    s3,
    newBucket: async () => {
      const Bucket = `bucket-${(buckets += 1)}`
      await s3.createBucket({ Bucket })
      return Bucket
    },
  }
}

async function ready(child: ChildProcess, folder: string): Promise<void> {
  // What hangs is a program that the script waits for: all of its group ends.
  const limit = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 60_000)
  try {
    // A stream of its own: `stdio` above says so.
    for await (const line of createInterface(child.stdout ?? process.stdin))
      if (line === 'ready') return
  } finally {
    clearTimeout(limit)
  }
  throw new Error(`the gateway did not start: ${logOf(folder)}`)
}

function logOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'log/client.rgw.log'), 'utf8').slice(-2_000)
  } catch {
    return 'it wrote no log'
  }
}

import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { FastifyInstance } from 'fastify'
import { OctavoError } from '../../src/core/errors.js'
import type { Clock } from '../../src/core/clock.js'
import type { AppOptions } from '../../src/http/app-options.js'
import { buildApp } from '../../src/http/build-app.js'
import type { ChosenDatabase } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import type { RunJob } from '../../src/jobs/wall/run-job.js'

export const key = 'a-key-of-the-tests-0123456789abcdef'
export const oldKey = 'an-older-key-that-still-opens-98765'
export const bearer = { authorization: `Bearer ${key}` }
export const exportPath = '/api/backup/database'

export const wallClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, { ref: false, ...(signal && { signal }) }),
}

/**
 * The real jobs in this thread: a worker compiles all of TypeScript anew. Tests of what a worker does
 * differently use the real wall.
 */
export const runJob: RunJob = (name, input, { signal = new AbortController().signal }) =>
  runHere(name, input, { signal, onProgress: () => undefined })

/** A database with `records` records of some hundred bytes, in two models. */
export function writeDatabase(path: string, records = 20): void {
  const database = new Database(path)
  database.exec(`CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT);
    CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${records - 1})
    INSERT INTO a SELECT i, 'record ' || i || hex(randomblob(100)) FROM n;
    INSERT INTO b VALUES (1, 1);`)
  database.close()
}

export function chosen(path: string, name = 'database'): ChosenDatabase {
  const address = { engine: 'sqlite', path, shown: path } as const
  return { name, label: 'dev', address, modelNames: [], excludeRows: [] }
}

export interface Service {
  readonly app: FastifyInstance
  readonly folder: string
  readonly database: string
  readonly spool: string
  /** What was logged until now. */
  readonly log: () => string
  /** Listens, and returns the port. */
  listen(): Promise<number>
}

/** What a test hands its end to. */
interface Test {
  teardown(end: () => Promise<void> | void): void
}

export async function startService(
  t: Test,
  options: Partial<AppOptions> & { readonly records?: number } = {},
): Promise<Service> {
  const { records = 20, ...more } = options
  const folder = mkdtempSync(join(tmpdir(), 'octavo-http-'))
  const database = join(folder, 'db.sqlite3')
  const spool = join(folder, 'spool')
  writeDatabase(database, records)
  let log = ''
  const app = await buildApp({
    databases: [chosen(database)],
    keys: [key, oldKey],
    spoolFolder: spool,
    version: '1.2.3',
    shutdownLimitMs: 500,
    log: { level: 'info', stream: { write: (line) => void (log += line) } },
    runJob,
    clock: wallClock,
    ...more,
  })
  t.teardown(async () => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    app,
    folder,
    database,
    spool,
    log: () => log,
    listen: async () => {
      await app.listen({ port: 0, host: '127.0.0.1' })
      return (app.server.address() as AddressInfo).port // listening on TCP: an address
    },
  }
}

/** The real job behind a gate: it waits there until it is opened, or aborted. */
export class GatedJobs {
  waiting = 0
  started = 0
  aborted = 0
  #open: (() => void)[] = []

  readonly runJob: RunJob = async (name, input, options) => {
    this.started += 1
    this.waiting += 1
    try {
      await new Promise<void>((resolve, reject) => {
        this.#open.push(resolve)
        options.signal?.addEventListener('abort', () => {
          this.aborted += 1
          reject(new OctavoError('aborted', 'the job was stopped before it ended'))
        })
      })
    } finally {
      this.waiting -= 1
    }
    return runJob(name, input, options)
  }

  open(): void {
    for (const resolve of this.#open) resolve()
    this.#open = []
  }
}

/** Waits until something becomes true that another part of the process does in its own time. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(5)
}

/** The job folders in the spool. */
export function spooled(service: Service): string[] {
  return readdirSync(service.spool)
    .filter((name) => name.startsWith('octavo-spool-'))
    .flatMap((name) => readdirSync(join(service.spool, name)).map((job) => join(name, job)))
    .filter((name) => !name.endsWith('owner.json'))
}

/** Sends bytes as they are, and returns all that comes back until the other side closes. */
export async function talk(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(request)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

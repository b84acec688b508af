import { join } from 'node:path'
import type { Test } from 'tap'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import { usualTemplates } from '../../src/core/backups/archive-names.js'
import type { Notice } from '../../src/core/backups/notifier.js'
import { parseDatabaseAddress } from '../../src/core/database-address.js'
import { OctavoError } from '../../src/core/errors.js'
import type { RetentionPolicy } from '../../src/core/retention/policy.js'
import type { Store } from '../../src/core/store.js'
import type { BackupRequest, BackupRoom } from '../../src/jobs/backup/backup-types.js'
import { RunLogs } from '../../src/jobs/backup/run-logs.js'
import { runJob } from '../../src/jobs/wall/run-job.js'
import { labFolder } from '../cli/lab-folder.js'
import { StandingClock } from '../support/archive/archive-rig.js'
import { memoryStore } from '../support/stores/memory-store.js'

type Call = 'put' | 'get' | 'list' | 'remove'

/** A store in memory that fails where it is told to. */
export class FailingStore {
  readonly objects = new Map<string, Buffer>()
  readonly calls: string[] = []
  /** The number of the call that fails, from 1 on; 0: none. */
  failAt = 0
  /** Fail once it is done, as where an answer is lost. */
  afterwards = false
  readonly name: string
  readonly store: Store

  constructor(name: string) {
    this.name = name
    const inner = memoryStore(name, this.objects)
    this.store = {
      ...inner,
      put: (object, source, call) =>
        this.#around('put', object, () => inner.put(object, source, call)),
      remove: (object, call) => this.#around('remove', object, () => inner.remove(object, call)),
      get: (object, call) => this.#before('get', object, inner.get(object, call)),
      list: (prefix, call) => this.#before('list', prefix, inner.list(prefix, call)),
    }
  }

  get names(): string[] {
    return [...this.objects.keys()].toSorted()
  }

  async #around(call: Call, object: string, work: () => Promise<void>): Promise<void> {
    const fails = this.#note(call, object)
    if (fails && !this.afterwards) throw fault(call)
    await work()
    if (fails) throw fault(call)
  }

  async *#before<T>(call: Call, object: string, inner: AsyncIterable<T>): AsyncGenerator<T> {
    if (this.#note(call, object)) throw fault(call)
    yield* inner
  }

  #note(call: Call, object: string): boolean {
    this.calls.push(`${call} ${object}`)
    return this.calls.length === this.failAt
  }
}

function fault(call: Call): OctavoError {
  return new OctavoError('store-failed', `the store failed at ${call}, as the test wants it`)
}

export interface BackupLab {
  readonly folder: string
  readonly room: BackupRoom
  readonly clock: StandingClock
  readonly lines: string[]
  readonly notices: Notice[]
  readonly request: (change?: Partial<BackupRequest>) => BackupRequest
}

/** A database, a catalog and stores, with every job in this thread. */
export async function backupLab(
  t: Test,
  stores: readonly FailingStore[],
  policy: RetentionPolicy = {},
): Promise<BackupLab> {
  const folder = labFolder(t)
  const catalog = await openCatalog(join(folder, 'catalog.sqlite3'))
  t.teardown(() => catalog.close())
  const clock = new StandingClock('2026-11-22T00:00:00.000Z')
  const lines: string[] = []
  const notices: Notice[] = []
  const room: BackupRoom = {
    stores: stores.map(({ store }) => ({ store, policy })),
    catalog,
    clock,
    spoolFolder: folder,
    gzip: true,
    sealing: null,
    opening: null,
    templates: usualTemplates,
    unchanged: 'store',
    busyTimeoutMs: 1000,
    runJob: (name, input, options) => runJob(name, input, { ...options, wall: 'none' }),
    logs: new RunLogs(join(folder, 'logs')),
    tell: (line) => lines.push(line),
    notify: async (notice) => void notices.push(notice),
  }
  const address = parseDatabaseAddress(join(folder, 'lab.sqlite3'))
  const database = { name: 'lab', label: 'prod', address, modelNames: [], excludeRows: [] }
  const request = (change: Partial<BackupRequest> = {}): BackupRequest => ({
    database,
    format: 'json',
    startedBy: 'test',
    prune: true,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...change,
  })
  return { folder, room, clock, lines, notices, request }
}

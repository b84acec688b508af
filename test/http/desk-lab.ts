import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import { readConfig } from '../../src/config/read-config.js'
import type { AuditEntry, KeptKey, Scope } from '../../src/core/access.js'
import { usualTemplates } from '../../src/core/backups/archive-names.js'
import { newBackupId } from '../../src/core/backups/backup-id.js'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import { parseDatabaseAddress } from '../../src/core/database-address.js'
import { OctavoError } from '../../src/core/errors.js'
import type { AppOptions } from '../../src/http/app-options.js'
import type { BackupDesk, BackupRuns } from '../../src/http/backups/backup-desk.js'
import type { BackupRoom, KeptStore } from '../../src/jobs/backup/backup-types.js'
import { makeBackup } from '../../src/jobs/backup/make-backup.js'
import { pruneStores } from '../../src/jobs/backup/prune-stores.js'
import { removeBackup } from '../../src/jobs/backup/remove-backup.js'
import type { BoardListeners } from '../../src/jobs/board/board-types.js'
import { RunLogs } from '../../src/jobs/backup/run-logs.js'
import { runJob } from '../../src/jobs/wall/run-job.js'
import { backupShelf } from '../../src/main/backups/backup-shelf.js'
import { processContext } from '../../src/main/process-context.js'
import { diskStore } from '../../src/stores/disk-store.js'
import { backup as recordOf } from '../core/backups/records.js'
import { labFolder } from '../cli/lab-folder.js'
import { StandingClock } from '../support/archive/archive-rig.js'
import { startService } from './service.js'

const keyOf = (name: string): string => `octavo-test-key-named-${name}-0123456789`

/** Headers with the key of that name; each scope has a key of its name. */
export const keyed = (name: string) => ({ authorization: `Bearer ${keyOf(name)}` })

const keptKeys: readonly KeptKey[] = (['export', 'manage', 'restore', 'metrics'] as Scope[]).map(
  (name) => ({
    name,
    scopes: [name],
    sha256: createHash('sha256').update(keyOf(name)).digest('hex'),
    createdAt: new Date(0),
    expiresAt: null,
  }),
)

/** A restore, an undo and a verify that end when the test says so, or are told to stop. */
export class HeldRuns {
  readonly started: { readonly verb: string; readonly request: unknown }[] = []
  readonly listeners: BoardListeners[] = []
  #ends: ((result: unknown) => void)[] = []

  run(verb: string) {
    return (request: unknown, listeners: BoardListeners): Promise<never> =>
      new Promise((resolve, reject) => {
        this.started.push({ verb, request })
        this.listeners.push(listeners)
        this.#ends.push(resolve as (result: unknown) => void)
        listeners.signal.addEventListener('abort', () =>
          reject(new OctavoError('aborted', 'stopped')),
        )
      })
  }

  end(result: unknown): void {
    this.#ends.shift()?.(result)
  }
}

/** The service over a catalog and two stores on this disk; backups and removals are real. */
export async function deskLab(t: Test, options: Partial<AppOptions> = {}) {
  const folder = labFolder(t)
  const names = ['one', 'two'] as const
  const stores = Object.fromEntries(names.map((name) => [name, { type: 'disk', path: name }]))
  await writeFile(join(folder, 'octavo.config.json'), JSON.stringify({ stores }))
  const environment = { DATABASE_URL: 'lab.sqlite3' }
  const context = {
    ...processContext({}),
    environment,
    folder,
    config: () => readConfig(environment, folder),
  }
  const home = join(folder, 'backups/.octavo')
  const address = parseDatabaseAddress(join(folder, 'lab.sqlite3'))
  const database = { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
  const clock = new StandingClock('2026-11-22T00:00:00.000Z')
  const policy: { now: KeptStore['policy'] } = { now: {} }
  const room = async (): Promise<BackupRoom> => {
    mkdirSync(home, { recursive: true })
    const catalog = await openCatalog(join(home, 'catalog.sqlite3'))
    t.teardown(() => catalog.close())
    return {
      stores: names.map((name) => {
        return { store: diskStore({ name, folder: join(folder, name) }), policy: policy.now }
      }),
      catalog,
      clock,
      spoolFolder: folder,
      gzip: true,
      sealing: null,
      opening: null,
      templates: usualTemplates,
      unchanged: 'store',
      busyTimeoutMs: 1000,
      runJob: (name, input, more) => runJob(name, input, { ...more, wall: 'none' }),
      logs: new RunLogs(join(home, 'logs')),
      tell: () => undefined,
      notify: async () => undefined,
    }
  }
  const held = new HeldRuns()
  const runs: BackupRuns = {
    backUp: async ({ format, prune, startedBy }, { signal, onProgress, onLog }) => {
      const kind = format === 'sqlite' ? 'sqlite' : 'json'
      const here = { ...(await room()), tell: onLog }
      const { record, pruned } = await makeBackup(here, {
        database,
        format: kind,
        startedBy,
        prune,
        signal,
        onProgress,
      })
      clock.set(new Date(clock.now().getTime() + 60_000).toISOString())
      return { backups: [record], pruned }
    },
    remove: async ({ id, force }, { signal }) => {
      const here = await room()
      const record = await here.catalog.find(id)
      const wish = { record, force, signal, onStore: () => undefined }
      return removeBackup(here, wish)
    },
    verify: held.run('verify'),
    restore: held.run('restore'),
    undo: held.run('undo'),
    compare: held.run('compare'),
    inspect: held.run('inspect'),
    checkStore: held.run('checkStore'),
    prune: async ({ dryRun }, { signal }) => {
      const pruned = await pruneStores(await room(), { dryRun, signal })
      return pruned.map(({ store, decisions }) => ({
        store: store.name,
        dryRun,
        backups: decisions.map(({ backup: of, kept, reasons }) => {
          const { id, size } = of
          const takenAt = of.takenAt.toISOString()
          return { id, database: of.database, takenAt, size, kept, reasons }
        }),
      }))
    },
  }
  const places = names.map((name) => [join(folder, name), `"${name}"`] as const)
  const desk: BackupDesk = { shelf: backupShelf(context), runs, places }
  const audit: Omit<AuditEntry, 'at'>[] = []
  const service = await startService(t, {
    databases: [database],
    desk,
    keptKeys: async () => keptKeys,
    audit: async (entry) => void audit.push(entry),
    ...options,
  })
  const listeners = {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onLog: () => undefined,
  }
  const backUp = async (format: 'json' | 'sqlite' = 'json'): Promise<BackupRecord> => {
    const wish = { database: 'database', format, prune: false, startedBy: 'test' } as const
    const { backups } = await runs.backUp(wish, listeners)
    return backups[0] as BackupRecord // one format gives one backup
  }
  /** A backup in the catalog alone: for tests that look at no archive. */
  const known = async (change: Partial<BackupRecord> = {}): Promise<BackupRecord> => {
    const here = await room()
    const wish = { ageHours: 0, stores: names, change: { database: 'database', ...change } }
    clock.set(new Date(clock.now().getTime() + 60_000).toISOString())
    const record = recordOf(newBackupId(clock.now()), wish)
    await here.catalog.add({ ...record, startedAt: clock.now().toISOString() })
    return record
  }
  const archivePath = (record: BackupRecord, store: 'one' | 'two' = 'one'): string =>
    join(folder, store, record.manifest?.archive.name ?? '')
  return { ...service, policy, folder, desk, room, held, audit, backUp, known, archivePath, clock }
}

export type DeskLab = Awaited<ReturnType<typeof deskLab>>

/** Waits for what another part of the process does in its own time, and not for ever. */
export async function soon(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('what the test waits for did not happen')
    await delay(5)
  }
}

import { join } from 'node:path'
import { configuredStores, type ConfiguredStore } from '../../config/configured-stores.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { OctavoError } from '../../core/errors.js'
import type { BackupShelf } from '../../http/backups/backup-desk.js'
import { readArchive, type CopyHolder } from '../../jobs/backup/read-archive.js'
import { RunLogs } from '../../jobs/backup/run-logs.js'
import { readTrend } from '../../jobs/backup/read-trend.js'
import { setPin } from '../../jobs/backup/set-pin.js'
import type { ProcessContext } from '../process-context.js'
import { homeOf, logsName } from './home.js'
import { openStores } from './open-stores.js'
import { withCatalog } from './with-catalog.js'

/** What the service itself does with kept backups: it reads the catalog, and bytes of a store. */
export function backupShelf(context: ProcessContext): BackupShelf {
  return {
    list: (filter) => withCatalog(context, async (catalog) => (await catalog?.list(filter)) ?? []),
    get: (id) => withCatalog(context, async (catalog) => (await catalog?.get(id)) ?? null),
    page: (wish) => withCatalog(context, async (catalog) => (await catalog?.page(wish)) ?? noPage),
    before: (record) =>
      withCatalog(context, async (catalog) => (await catalog?.before(record)) ?? null),
    choices: () => withCatalog(context, async (catalog) => (await catalog?.choices()) ?? noChoices),
    totals: () => withCatalog(context, async (catalog) => (await catalog?.totals()) ?? []),
    log: (id) => new RunLogs(join(homeOf(context), logsName)).read(id),
    trend: (wish) => withCatalog(context, async (catalog) => readTrend(catalog ?? noCatalog, wish)),
    archive: async (record, { store, ...wish }) => {
      if (record.manifest === null)
        throw new OctavoError('not-found', `the run ${record.id} made no archive`)
      const { archive } = record.manifest
      return readArchive(holdersOf(context, record, store), { ...wish, archive })
    },
    pin: (id, pinned) => pin(context, id, pinned),
  }
}

function holdersOf(
  context: ProcessContext,
  { copies }: BackupRecord,
  only: string | null,
): CopyHolder[] {
  const configured = configuredStores(context.config())
  return copies
    .filter(({ store }) => only === null || store === only)
    .map(({ store: name }) => ({ name, open: () => openOne(configured, name) }))
}

async function openOne(configured: readonly ConfiguredStore[], name: string) {
  const [opened] = await openStores(configured.filter((store) => store.name === name))
  if (opened) return opened.store
  throw new OctavoError('config-invalid', `the store "${name}" is not configured any more`)
}

async function pin(context: ProcessContext, id: string, pinned: boolean): Promise<BackupRecord> {
  return withCatalog(context, async (catalog) => {
    if (catalog === null) throw new OctavoError('not-found', `there is no backup ${id}`)
    const record = await catalog.find(id)
    const names = new Set(record.copies.map(({ store }) => store))
    const configured = configuredStores(context.config())
    const stores = await openStores(configured.filter(({ name }) => names.has(name)))
    try {
      const storeOf = (name: string) => {
        const found = stores.find(({ store }) => store.name === name)
        if (found) return found.store
        throw new OctavoError('config-invalid', `the store "${name}" is not configured any more`)
      }
      const { signal } = new AbortController()
      return await setPin(catalog, { record, pinned, storeOf, signal })
    } finally {
      for (const { store } of stores) await store.close()
    }
  })
}

const noCatalog = { list: async () => [] }
const noPage = { records: [], total: 0, unreadable: [] }
const noChoices = { databases: [], labels: [], stores: [] }

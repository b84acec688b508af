import type { BackupRecord, Catalog } from '../../core/backups/catalog.js'
import { isSameSeries } from '../../core/backups/size-trend.js'
import { OctavoError } from '../../core/errors.js'
import { candidateOf } from '../../core/retention/candidate.js'

const pageSize = 50

/**
 * Throws `backup-kept` for what no policy would take away either: a pinned backup, and, unless it is
 * forced, one that is the newest verified of its database, label and format in one of its stores.
 */
export async function refuseRemoval(
  catalog: Pick<Catalog, 'list'>,
  record: BackupRecord,
  { force }: { readonly force: boolean },
): Promise<void> {
  const { id, database, format } = record
  if (record.pinned) throw new OctavoError('backup-kept', `the backup ${id} is pinned`)
  if (force) return
  const [store] = await storesWithoutNewer(catalog, record)
  if (store === undefined) return
  throw new OctavoError(
    'backup-kept',
    `the backup ${id} is the newest verified one of ${database} as ${format} in ${store}`,
    { hint: 'Make another one first, or insist: `octavo remove ID --force`, `?force=true`.' },
  )
}

/** The stores in which it is verified, and nothing newer of its kind is. */
async function storesWithoutNewer(
  catalog: Pick<Catalog, 'list'>,
  record: BackupRecord,
): Promise<readonly string[]> {
  let stores = verifiedIn(record)
  let before: BackupRecord | undefined
  while (stores.length > 0) {
    const { database, label, format } = record
    const filter = { database, label, format, limit: pageSize, ...(before && { before }) }
    const page = await catalog.list(filter)
    for (const other of page) {
      if (other.id === record.id) return stores
      if (!isSameSeries(other, record)) continue
      const newer = verifiedIn(other)
      stores = stores.filter((store) => !newer.includes(store))
    }
    before = page.at(-1)
    if (page.length < pageSize) break
  }
  return stores
}

function verifiedIn(record: BackupRecord): readonly string[] {
  return record.copies
    .filter((copy) => candidateOf(record, copy)?.verified)
    .map(({ store }) => store)
}

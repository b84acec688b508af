import type { Catalog } from '../../core/backups/catalog.js'
import { OctavoError } from '../../core/errors.js'
import { mayStillRun } from './run-process.js'

/** Throws `backup-running` where a backup of the database is being made, by whatever process. */
export async function requireNoOther(
  catalog: Pick<Catalog, 'list'>,
  database: string,
  now: Date,
): Promise<void> {
  for (const record of await catalog.list({ database, status: 'in-progress' }))
    if (await mayStillRun(record, now))
      throw new OctavoError(
        'backup-running',
        `a backup of ${database} runs already: ${record.id}, since ${record.startedAt}`,
      )
}

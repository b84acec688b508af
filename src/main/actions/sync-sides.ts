import { chooseDatabase } from '../../config/choose-database.js'
import type { Config } from '../../config/read-config.js'
import { samePlace } from '../../core/database-place.js'
import { OctavoError } from '../../core/errors.js'
import { isProd } from '../../core/labels.js'
import type { ChosenDatabase } from '../../jobs/job-types.js'

export interface SyncSides {
  readonly from: ChosenDatabase
  readonly to: ChosenDatabase
}

/** Both databases by their words. Production is never the second one, whatever else is said. */
export function chooseSides(
  config: Config,
  words: { readonly from: string; readonly to: string },
): SyncSides {
  const [from, to] = [chooseDatabase(config, words.from), chooseDatabase(config, words.to)]
  if (isProd(to.label))
    throw refuse(
      `${to.name} is labelled ${to.label}`,
      'A sync never writes to production. Restore a backup there: `octavo restore`.',
    )
  if (samePlace(from.address, to.address)) throw oneDatabase({ from, to })
  return { from, to }
}

/** Asks the servers themselves: a tunnel gives one database two addresses. */
export async function requireTwoDatabases(sides: SyncSides, signal: AbortSignal): Promise<void> {
  const [from, to] = [sides.from.address, sides.to.address]
  if (from.engine !== 'postgresql' || to.engine !== 'postgresql') return
  const { isOneDatabase } = await import('../../engines/postgresql/connection/is-one-database.js')
  if (await isOneDatabase(from, to, signal)) throw oneDatabase(sides)
}

function oneDatabase({ from, to }: SyncSides): OctavoError {
  return refuse(
    `${from.name} (${from.address.shown}) and ${to.name} (${to.address.shown}) are one database`,
    'Name two databases: DATABASE_URL_PROD and DATABASE_URL, say.',
  )
}

function refuse(why: string, hint: string): OctavoError {
  return new OctavoError('restore-refused', `nothing was synced: ${why}`, { hint })
}

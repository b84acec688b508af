import { OctavoError } from '../../core/errors.js'
import type { ServerPlace } from '../../engines/postgresql/connection/open-session.js'
import type { ChosenDatabase, ScratchServer } from '../job-types.js'

/** The address of a database that must be on a PostgreSQL server. */
export function serverPlaceOf({ address }: Pick<ChosenDatabase, 'address'>): ServerPlace {
  if (address.engine === 'postgresql') return address
  throw new OctavoError('usage', `${address.shown} is not a PostgreSQL database`)
}

/** Where a backup of a database is tried out: the server named for it, or its own. */
export function scratchPlaceOf(database: ChosenDatabase): ServerPlace {
  return database.scratch ?? serverPlaceOf(database)
}

/** The same, with the program that goes with it. */
export function scratchServerOf(database: ChosenDatabase): ScratchServer {
  const { pgDump } = database
  return { ...scratchPlaceOf(database), ...(pgDump !== undefined && { pgDump }) }
}

import { chooseByType, type DatabaseType, type TypedDatabase } from '../../config/choose-by-type.js'
import { chooseDatabase } from '../../config/choose-database.js'
import type { Config } from '../../config/read-config.js'
import { OctavoError } from '../../core/errors.js'

interface Asked {
  readonly database: string | undefined
  readonly dbType: DatabaseType | null
}

/** The database that a command names, in one of the two ways. */
export function askedDatabase(config: Config, { database, dbType }: Asked): TypedDatabase {
  if (dbType === null) return { database: chooseDatabase(config, database), warnings: [] }
  if (database === undefined) return chooseByType(config, dbType)
  throw new OctavoError('usage', `--db-type ${dbType} and ${database} both name a database`, {
    hint: 'Leave one of them out.',
  })
}

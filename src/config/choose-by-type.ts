import { OctavoError } from '../core/errors.js'
import { devLabel, isProd, labelAdvice, prodLabel } from '../core/labels.js'
import { chooseDatabase, productionDatabase } from './choose-database.js'
import type { ConfiguredDatabase } from './configured-databases.js'
import type { Config } from './read-config.js'

export const databaseTypes = [devLabel, prodLabel] as const
export type DatabaseType = (typeof databaseTypes)[number]

export interface TypedDatabase {
  readonly database: ConfiguredDatabase
  readonly warnings: readonly string[]
}

/** The database that `--db-type` means: `dev` is that of DATABASE_URL, `prod` that of DATABASE_URL_PROD. */
export function chooseByType(config: Config, type: DatabaseType): TypedDatabase {
  return type === prodLabel ? chooseProd(config) : chooseDev(config)
}

function chooseProd(config: Config): TypedDatabase {
  const production = productionDatabase(config)
  if (production) return { database: production, warnings: [] }
  const [first] = config.databases
  // A host that knows one database, and says that it is production.
  if (first && isProd(first.label)) return { database: first, warnings: [] }
  throw new OctavoError(
    'database-unnamed',
    'DATABASE_URL_PROD not set in environment: which database is production is not known',
    { hint: 'Set DATABASE_URL_PROD to its address, or use --db-type dev for DATABASE_URL.' },
  )
}

function chooseDev(config: Config): TypedDatabase {
  const database = chooseDatabase(config)
  const { name, label } = database
  if (isProd(label))
    throw new OctavoError(
      'usage',
      `--db-type dev means DATABASE_URL, and that is production: ${name} is labelled ${label}`,
      { hint: 'Use --db-type prod, or set DATABASE_URL to the database of development.' },
    )
  if (label !== '') return { database, warnings: [] }
  return {
    database: { ...database, label: devLabel },
    warnings: [
      `nothing shows that ${name} is not production: it is labelled dev because --db-type says so; ${labelAdvice}`,
    ],
  }
}

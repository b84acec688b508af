import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseDatabaseAddress } from '../core/database-address.js'
import { OctavoError } from '../core/errors.js'
import { samePlace } from '../core/database-place.js'
import { devLabel, isProd, prodLabel } from '../core/labels.js'
import {
  absoluteAddress,
  describeDatabase,
  type ConfiguredDatabase,
} from './configured-databases.js'
import { defaultName } from './database-settings.js'
import type { Config } from './read-config.js'

/**
 * Finds the database that an argument means: a configured name, or an address. Without an argument
 * it is the default one. An address that leads to a configured database is that database, with its
 * name and label: a path must not be a way around the question that guards production.
 */
export function chooseDatabase(config: Config, argument?: string): ConfiguredDatabase {
  return argument === undefined ? defaultDatabase(config) : named(config, argument)
}

function defaultDatabase({ databases, settings }: Config): ConfiguredDatabase {
  const [first, second] = databases
  if (first && (!second || first.name === settings.databaseName)) return first
  const names = databases.map(({ name }) => name).join(', ')
  throw new OctavoError(
    'database-unnamed',
    first ? `it is not said which database is meant: ${names}` : 'no database is configured',
  )
}

function named(config: Config, argument: string): ConfiguredDatabase {
  const { settings, databases, folder } = config
  const byName = databases.find(({ name }) => name === argument)
  if (byName) return byName
  const production = productionDatabase(config)
  if (production && argument === prodLabel) return production
  const [first] = databases
  // The word for what DATABASE_URL says, where that is not production.
  if (argument === devLabel && settings.databaseUrl && first && !isProd(first.label)) return first
  refuseMistypedName(config, argument)
  const address = absoluteAddress(parseDatabaseAddress(argument), folder)
  const configured = databases.find((database) => samePlace(database.address, address))
  if (configured) return configured
  if (production && samePlace(production.address, address)) return { ...production, address }
  // The configured name belongs to the configured database, where there is one.
  const name = settings.databaseUrl ? defaultName : settings.databaseName
  return describeDatabase(settings, { name, address })
}

/** The database of DATABASE_URL_PROD, under its configured name where it has one. */
export function productionDatabase(config: Config): ConfiguredDatabase | undefined {
  const { settings, databases, folder } = config
  if (!settings.databaseUrlProd) return undefined
  const address = absoluteAddress(parseDatabaseAddress(settings.databaseUrlProd), folder)
  return (
    databases.find((database) => samePlace(database.address, address)) ??
    describeDatabase(settings, { name: prodLabel, label: prodLabel, address })
  )
}

/** A bare word that is no file is a name mistyped, not a file to be made. */
function refuseMistypedName({ databases, folder }: Config, argument: string): void {
  if (!/^[\w-]+$/.test(argument) || existsSync(resolve(folder, argument))) return
  const names = databases.map(({ name }) => name).join(', ')
  throw new OctavoError('usage', `no database is named "${argument}", and there is no such file`, {
    hint: `${names ? `Configured: ${names}. ` : ''}For a new file of this name write ./${argument}.`,
  })
}

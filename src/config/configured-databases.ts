import { resolve } from 'node:path'
import { parseDatabaseAddress, type DatabaseAddress } from '../core/database-address.js'
import { samePlace } from '../core/database-place.js'
import { OctavoError } from '../core/errors.js'
import { devLabel, isProd as saysProd, prodLabel } from '../core/labels.js'
import type { ConfigMistake } from './config-mistakes.js'
import type { Settings } from './config-schema.js'
import type { DatabaseEntry } from './database-settings.js'
import { type ConfiguredScratch, namedScratch } from './scratch-server.js'
import { configFileName } from './given-settings.js'

/** A database with all that was said about it. Paths are absolute. */
export interface ConfiguredDatabase {
  readonly name: string
  readonly label: string
  readonly address: DatabaseAddress
  /** Pairs of table name and model name. */
  readonly modelNames: readonly (readonly [string, string])[]
  readonly excludeRows: readonly string[]
  /** PostgreSQL: the setting PG_DUMP, where it is set. */
  readonly pgDump?: string
  /** PostgreSQL: the server of SCRATCH_DATABASE_URL. */
  readonly scratch?: ConfiguredScratch
}

/**
 * The databases by name, the default one first. Mistakes are added to the list. What is at the place of
 * production is labelled prod, whatever else is said; the default database is labelled dev where
 * production is known and elsewhere. A label that nobody said, and that nothing shows, stays empty.
 */
export function configuredDatabases(
  settings: Settings,
  folder: string,
  mistakes: ConfigMistake[],
): ConfiguredDatabase[] {
  const read = (text: string, setting: string, source: string): DatabaseAddress | undefined =>
    addressOrMistake(text, { setting, source, folder, mistakes })
  const prod = settings.databaseUrlProd && read(settings.databaseUrlProd, 'DATABASE_URL_PROD', '')
  const entries = new Map<string, DatabaseEntry>(settings.databases)
  const { databaseName, databaseUrl } = settings
  if (databaseUrl || entries.has(databaseName)) {
    // First in the map, so first in the list; what the environment says wins.
    const entry = entries.get(databaseName) ?? {}
    entries.delete(databaseName)
    const label = settings.databaseLabel ?? entry.label
    const merged = { ...entry, ...(databaseUrl && { url: databaseUrl }), ...(label && { label }) }
    return sharedLabels([[databaseName, merged] as const, ...entries].flatMap(build))
  }
  return sharedLabels([...entries].flatMap(build))

  function build([name, entry]: readonly [string, DatabaseEntry]): ConfiguredDatabase[] {
    const setting = `databases.${name}.url`
    if (!entry.url) {
      const expected = 'the address of a database'
      mistakes.push({ setting, source: configFileName, problem: 'is missing', expected })
      return []
    }
    const fromEnvironment = name === databaseName && databaseUrl !== undefined
    const address = fromEnvironment
      ? read(entry.url, 'DATABASE_URL', '')
      : read(entry.url, setting, configFileName)
    if (!address) return []
    const isProd = prod && samePlace(prod, address)
    const isDev = prod && !isProd && !entry.label && name === databaseName
    const label = isProd ? prodLabel : isDev ? devLabel : undefined
    return [describeDatabase(settings, { name, address, entry, ...(label && { label }) })]
  }
}

/** A second name of a database that one name calls production. */
function sharedLabels(databases: ConfiguredDatabase[]): ConfiguredDatabase[] {
  const prods = databases.filter(({ label }) => saysProd(label))
  return databases.map((database) => {
    const prod = prods.find(({ address }) => samePlace(address, database.address))
    return prod && !saysProd(database.label) ? { ...database, label: prod.label } : database
  })
}

export interface DescribedParts {
  readonly name: string
  readonly address: DatabaseAddress
  readonly entry?: DatabaseEntry
  readonly label?: string
}

/** Adds what holds for every database: model names, models without rows. */
export function describeDatabase(
  settings: Settings,
  { name, address, entry = {}, label = entry.label ?? '' }: DescribedParts,
): ConfiguredDatabase {
  const modelNames = [...new Map([...(settings.models ?? []), ...(entry.models ?? [])])]
  const excludeRows = [...new Set([...settings.excludeRows, ...(entry.excludeRows ?? [])])]
  const described = { name, label, address, modelNames, excludeRows }
  if (address.engine !== 'postgresql') return described
  const [{ pgDump }, scratch] = [settings, namedScratch(settings)]
  return { ...described, ...(pgDump !== undefined && { pgDump }), ...(scratch && { scratch }) }
}

interface MistakePlace {
  readonly setting: string
  readonly source: string
  readonly folder: string
  readonly mistakes: ConfigMistake[]
}

function addressOrMistake(text: string, place: MistakePlace): DatabaseAddress | undefined {
  const { setting, source, folder, mistakes } = place
  try {
    return absoluteAddress(parseDatabaseAddress(text), folder)
  } catch (error) {
    if (!(error instanceof OctavoError)) throw error
    mistakes.push({
      setting,
      source,
      problem: `is wrong: ${error.message}`,
      expected: 'the address of a database',
    })
    return undefined
  }
}

/** The same address with its path made absolute. */
export function absoluteAddress(address: DatabaseAddress, folder: string): DatabaseAddress {
  if (address.engine !== 'sqlite') return address
  const path = resolve(folder, address.path)
  return { engine: 'sqlite', path, shown: path }
}

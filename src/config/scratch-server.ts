import { parseDatabaseAddress } from '../core/database-address.js'
import { configInvalid } from './config-mistakes.js'
import type { Settings } from './config-schema.js'
import type { Config } from './read-config.js'

/** A PostgreSQL server on which backups are tried out. */
export interface ConfiguredScratch {
  readonly url: string
  readonly shown: string
  readonly pgDump?: string
}

/** The server that SCRATCH_DATABASE_URL names; undefined where it names none. */
export function namedScratch(settings: Settings): ConfiguredScratch | undefined {
  const { scratchDatabaseUrl, pgDump } = settings
  if (scratchDatabaseUrl === undefined) return undefined
  const address = parseDatabaseAddress(scratchDatabaseUrl)
  const program = pgDump !== undefined && { pgDump }
  if (address.engine === 'postgresql') return { url: address.url, shown: address.shown, ...program }
  throw configInvalid([
    {
      setting: 'SCRATCH_DATABASE_URL',
      source: '',
      problem: 'is wrong: it names a file',
      expected: 'the address of a PostgreSQL database',
    },
  ])
}

/** The server for backups whose database is not known: the named one, or that of a configured database. */
export function scratchServer({ settings, databases }: Config): ConfiguredScratch | undefined {
  const named = namedScratch(settings)
  if (named !== undefined) return named
  for (const { address, pgDump } of databases)
    if (address.engine === 'postgresql')
      return { url: address.url, shown: address.shown, ...(pgDump !== undefined && { pgDump }) }
  return undefined
}

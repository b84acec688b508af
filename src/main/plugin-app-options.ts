import { absoluteAddress } from '../config/configured-databases.js'
import { configInvalid, type ConfigMistake } from '../config/config-mistakes.js'
import { defaultName } from '../config/database-settings.js'
import { apiKeys } from '../config/service-settings.js'
import { issueText } from '../config/setting-types.js'
import { spoolFolder } from '../config/spool-folder.js'
import { parseDatabaseAddress } from '../core/database-address.js'
import { OctavoError } from '../core/errors.js'
import { version } from '../core/generator.js'
import type { AppOptions } from '../http/app-options.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import { runJob } from '../jobs/wall/run-job.js'
import type { OctavoDatabase, OctavoOptions } from './plugin.js'
import { makePrivateFolder } from './private-folder.js'
import { systemClock } from './system-clock.js'

/** What the service needs, from what a user of the plugin says. Throws with every mistake at once. */
export async function pluginAppOptions(options: OctavoOptions): Promise<AppOptions> {
  const { spoolDir, exportConcurrency, busyTimeout = 30 } = options
  const databases = readDatabases(options.databases)
  const keys = readKeys(options.keys)
  const folder = process.cwd()
  const spool = spoolFolder({ settings: { spoolDir }, folder }, process.env)
  return {
    databases,
    keys,
    spoolFolder: await makePrivateFolder(spool),
    ...(exportConcurrency !== undefined && { exportConcurrency }),
    busyTimeoutMs: busyTimeout * 1000,
    version,
    runJob,
    clock: systemClock,
  }
}

function readDatabases(given: OctavoOptions['databases']): ChosenDatabase[] {
  const databases = (Array.isArray(given) ? given : []).map((one, index) => {
    const entry: OctavoDatabase = typeof one === 'string' ? { url: one } : one
    return readDatabase(entry, entry.name ?? (index === 0 ? defaultName : ''))
  })
  const names = databases.map(({ name }) => name)
  const doubtful = names.find((name, index) => name === '' || names.indexOf(name) !== index)
  if (databases.length === 0) throw mistaken('databases', 'names none', 'a list with one or more')
  if (doubtful !== undefined)
    throw mistaken('databases', `holds "${doubtful}" as a name`, 'a name of its own for each')
  return databases
}

function readDatabase(entry: OctavoDatabase, name: string): ChosenDatabase {
  const address = absoluteAddress(parseDatabaseAddress(entry.url), process.cwd())
  if (address.engine !== 'sqlite')
    throw new OctavoError(
      'engine-unsupported',
      `the database ${address.shown} needs PostgreSQL, and the plugin serves SQLite only`,
    )
  return {
    name,
    label: entry.label ?? '',
    address,
    modelNames: Object.entries(entry.models ?? {}),
    excludeRows: [...(entry.excludeRows ?? [])],
  }
}

/** By the rules of BACKUP_API_KEY: an environment variable that is not set must not open the door. */
function readKeys(given: OctavoOptions['keys']): string[] {
  const keys = apiKeys.safeParse((Array.isArray(given) ? given : []).join(','))
  const problem = keys.success ? 'names none' : keys.error.issues.map(issueText).join(', ')
  if (keys.success && keys.data.length > 0) return keys.data
  throw mistaken('keys', problem, 'a list of keys of 16 characters or more, best 32')
}

function mistaken(setting: string, problem: string, expected: string): OctavoError {
  const mistake: ConfigMistake = { setting, source: '', problem, expected }
  return configInvalid([mistake])
}

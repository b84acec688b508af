import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { configInvalid, mistakesOf, type ConfigMistake } from './config-mistakes.js'
import { configSchema, type Settings } from './config-schema.js'
import { configuredDatabases, type ConfiguredDatabase } from './configured-databases.js'
import { identityFromFile } from './encryption-keys.js'
import { goodPassphraseLength } from './encryption-settings.js'
import { fileProblem } from './file-problem.js'
import { configFileName, givenSettings, type Environment } from './given-settings.js'
import { namesFromProject } from './names-from-project.js'
import { apiKeys, goodKeyLength } from './service-settings.js'
import { issueText } from './setting-types.js'

export interface Config {
  readonly settings: Settings
  /** The default database first, if there is one. */
  readonly databases: readonly ConfiguredDatabase[]
  /** What is allowed and not wise. */
  readonly warnings: readonly string[]
  /** Where relative paths begin. */
  readonly folder: string
  /** The environment, and what only `.env` says: where variables are looked up that the file names. */
  readonly variables: Environment
}

/**
 * Reads the environment, `.env` and octavo.config.json in `folder`. Throws one `config-invalid` that
 * names every mistake.
 */
export function readConfig(environment: Environment, folder: string): Config {
  const given = givenSettings(environment, folder)
  const mistakes: ConfigMistake[] = [...given.mistakes]
  const raw = Object.fromEntries([...given.values].map(([key, { value }]) => [key, value]))
  const parsed = configSchema.safeParse(raw)
  if (!parsed.success) {
    mistakes.push(...mistakesOf(parsed.error.issues, given.values, configFileName))
    throw configInvalid(mistakes)
  }
  const settings = {
    ...parsed.data,
    ...keysFromFile(parsed.data, folder, mistakes),
    ...identityFromFile(parsed.data, folder, mistakes),
    ...namesFromProject(parsed.data, folder, mistakes),
  }
  const databases = configuredDatabases(settings, folder, mistakes)
  if (mistakes.length > 0) throw configInvalid(mistakes)
  const { variables } = given
  return { settings, databases, warnings: weakSecrets(settings), folder, variables }
}

function keysFromFile(
  settings: Settings,
  folder: string,
  mistakes: ConfigMistake[],
): Partial<Settings> {
  const { backupApiKeyFile: path } = settings
  if (path === undefined) return {}
  const refuse = (problem: string): Partial<Settings> => {
    const setting = 'BACKUP_API_KEY_FILE'
    const expected = 'a file that holds keys, with BACKUP_API_KEY unset'
    mistakes.push({ setting, source: '', problem, expected })
    return {}
  }
  if (settings.backupApiKey.length > 0) return refuse('is given beside BACKUP_API_KEY')
  try {
    const text = readFileSync(resolve(folder, path), 'utf8')
    const keys = apiKeys.safeParse(text.trim().replaceAll(/\s*\n\s*/g, ','))
    if (!keys.success) return refuse(keys.error.issues.map(issueText).join(', '))
    return keys.data.length === 0 ? refuse('names an empty file') : { backupApiKey: keys.data }
  } catch (error) {
    return refuse(`can not be read: ${fileProblem(error)}`)
  }
}

function weakSecrets({ backupApiKey, agePassphrase }: Settings): string[] {
  const make = 'make a longer one with: openssl rand -hex 32'
  const warnings: string[] = []
  if (backupApiKey.some((key) => key.length < goodKeyLength))
    warnings.push(`BACKUP_API_KEY holds a key under ${goodKeyLength} characters; ${make}`)
  if (agePassphrase !== undefined && agePassphrase.length < goodPassphraseLength)
    warnings.push(`AGE_PASSPHRASE has under ${goodPassphraseLength} characters; ${make}`)
  return warnings
}

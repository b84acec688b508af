import { resolve } from 'node:path'
import type { ProcessContext } from '../process-context.js'

export const catalogName = 'catalog.sqlite3'
/** The folder of the keys that `octavo key` makes. */
export const keysName = 'keys'
/** The folder of the accounts that `octavo user` makes. */
export const usersName = 'users'
/** The sessions of the admin pages, and what signs their cookies. */
export const sessionsName = 'sessions'
export const sessionSecretName = 'session-secret'
/** The folder of the logs of runs. */
export const logsName = 'logs'
/** The folder of the safety copies of databases on servers. */
export const safetyCopiesName = 'safety-copies'
const ownFolder = '.octavo'
const usualFolder = 'backups'

/** The folder with the catalog, on the disk of the backups. */
export function homeOf(context: ProcessContext): string {
  const { settings, folder } = context.config()
  return resolve(folder, settings.backupDir ?? usualFolder, ownFolder)
}

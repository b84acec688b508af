import { showBytes } from '../../core/files/free-space.js'
import type { BackupRequest, BackupRoom } from './backup-types.js'
import { showAddress } from './show-database.js'

/** The lines that operators look for in a log; every run ends in one of the last two. */
export function runLog({ tell }: Pick<BackupRoom, 'tell'>) {
  return {
    starting: ({ database, startedBy }: BackupRequest, id: string): void => {
      tell(`Starting database backup ${id} (${startedBy})`)
      tell(`Database: ${showAddress(database)}`)
    },
    created: (name: string, bytes: number, records: number): void =>
      tell(
        `Backup created successfully: ${name}, ${showBytes(bytes)}, ${records} records, equal to the database row by row`,
      ),
    packed: (how: string, bytes: number): void =>
      tell(`Backup ${how} successfully: ${showBytes(bytes)}`),
    stored: (store: string): void => tell(`Stored in ${store}`),
    verified: (store: string, words: string): void => tell(`Verified from ${store}: ${words}`),
    notProved: (store: string, why: string): void => tell(`ERROR: Not proved in ${store}: ${why}`),
    unchanged: (id: string): void => tell(`Nothing changed since backup ${id}: nothing was stored`),
    pruned: (
      store: string,
      removed: readonly string[],
      kept: readonly { readonly size: number }[],
    ): void => {
      for (const id of removed) tell(`Deleted old backup from ${store}: ${id}`)
      const bytes = kept.reduce((sum, { size }) => sum + size, 0)
      tell(`Total backups in ${store}: ${kept.length}, ${showBytes(bytes)}`)
    },
    warning: (text: string): void => tell(`WARNING: ${text}`),
    failed: (message: string): void => tell(`ERROR: Failed to create backup: ${message}`),
    completed: (seconds: number): void =>
      tell(`Backup completed successfully in ${seconds.toFixed(1)} s`),
  }
}

export type RunLog = ReturnType<typeof runLog>

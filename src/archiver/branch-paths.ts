/** Where the files of a backup stand on the branch. */

export const latestPath = 'backups/database_backup_latest.json'

export function manifestPath(name: string): string {
  return `manifests/${name}.json`
}

/** The name of the backup, or null for a path that is no manifest's. */
export function nameOfManifest(path: string): string | null {
  return /^manifests\/([^/]+)\.json$/.exec(path)?.[1] ?? null
}

/** Of a document in one file. */
export function wholePath(name: string): string {
  return `backups/${name}.json`
}

/** Names of four digits, so that they stand in their order everywhere. */
export function partPath(name: string, index: number): string {
  return `backups/${name}/${String(index + 1).padStart(4, '0')}.json-part`
}

/** The name that a backup with this file would have, or null for what is no file of a backup. */
export function nameOfDocument(path: string): string | null {
  return /^backups\/([\w.-]+)(?:\.json|\/\d{4}\.json-part)$/.exec(path)?.[1] ?? null
}

import type { StoredBackup } from './read-backups.js'

/** What the backups take on the branch, each file of equal bytes counted once, uncompressed. */
export function storedBytes(backups: readonly Pick<StoredBackup, 'manifest'>[]): number {
  const sizes = new Map<string, number>()
  for (const { manifest } of backups)
    for (const { blob, size } of manifest.parts) sizes.set(blob, size)
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}

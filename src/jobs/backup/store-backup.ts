import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { objectNames } from '../../core/backups/archive-names.js'
import type { BackupCopy } from '../../core/backups/catalog.js'
import { writeBackupManifest, type BackupManifest } from '../../core/backups/manifest.js'
import { OctavoError } from '../../core/errors.js'
import type { OnProgress } from '../../core/progress.js'
import type { PutSource, Store } from '../../core/store.js'

export interface StoredArchive {
  readonly file: string
  readonly base: string
  readonly manifest: BackupManifest
}

/** Puts the archive into a store, and then the manifest, with which it counts. */
export async function storeBackup(
  store: Store,
  { file, base, manifest }: StoredArchive,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<BackupCopy> {
  const { name, size, sha256 } = manifest.archive
  const phase = `sending to ${store.name}`
  await store.put(name, fileSource(file, { size, sha256 }), {
    signal,
    onBytes: (bytes) => onProgress({ phase, bytes, total: size }),
  })
  const manifestName = objectNames.manifest(base)
  try {
    await store.put(manifestName, textSource(writeBackupManifest(manifest)), { signal })
  } catch (error) {
    await removeUncounted(store, [manifestName, name])
    throw error
  }
  return { store: store.name, manifestName, verification: null }
}

/**
 * The manifest may stand there all the same, where only the answer was lost: it goes first. What can't
 * be removed stays as a killed run leaves it: a whole backup, or an archive that does not count.
 */
async function removeUncounted(store: Store, names: readonly string[]): Promise<void> {
  try {
    for (const name of names) await store.remove(name)
  } catch {
    // The error that led here says more.
  }
}

export function textSource(text: string): PutSource {
  const bytes = Buffer.from(text)
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    read: async function* (start = 0) {
      yield bytes.subarray(start)
    },
  }
}

function fileSource(file: string, facts: Pick<PutSource, 'size' | 'sha256'>): PutSource {
  return { ...facts, read: (start = 0) => createReadStream(file, { start }) }
}

/**
 * A name that no object of the stores begins with. A store that can't be asked is left out: it will say
 * why when it is given the backup, which the others are to have all the same.
 */
export async function freeBaseName(
  stores: readonly Store[],
  wanted: string,
  signal: AbortSignal,
): Promise<string> {
  for (let number = 1; ; number += 1) {
    const base = number === 1 ? wanted : `${wanted}_${number}`
    if (!(await isTaken(stores, `${base}.`, signal))) return base
  }
}

async function isTaken(
  stores: readonly Store[],
  prefix: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (const store of stores)
    try {
      for await (const _ of store.list(prefix, { signal })) return true
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof OctavoError)) throw error
    }
  return false
}

import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { OctavoError } from '../../core/errors.js'
import type { OnProgress } from '../../core/progress.js'
import type { Store } from '../../core/store.js'
import { SpoolFile } from '../spool-file.js'

interface Listeners {
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

/**
 * Brings an archive back from a store into a new file. `document-altered` where it is not, byte by byte,
 * what its manifest describes; nothing is left of it then.
 */
export async function fetchArchive(
  store: Store,
  { archive: { name, size, sha256 } }: BackupManifest,
  { file, signal, onProgress }: Listeners & { readonly file: string },
): Promise<void> {
  const sink = await SpoolFile.create(file)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of store.get(name, { signal })) {
      bytes += piece.length
      if (bytes > size) break
      hash.update(piece)
      await sink.write(piece)
      onProgress({ phase: `fetching from ${store.name}`, bytes, total: size })
    }
    await sink.close()
    if (bytes !== size) throw altered(store, name, `${bytes} bytes in place of ${size}`)
    if (hash.digest('hex') !== sha256) throw altered(store, name, 'another digest')
  } catch (error) {
    await sink.close().catch(() => undefined)
    await rm(file, { force: true })
    throw error
  }
}

function altered(store: Store, name: string, how: string): OctavoError {
  return new OctavoError(
    'document-altered',
    `${name} in ${store.shown} is not what its manifest describes: ${how}`,
  )
}

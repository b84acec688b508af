import { createHash } from 'node:crypto'
import { baseOfArchive, objectNames } from '../../core/backups/archive-names.js'
import type { BackupCopy, BackupRecord } from '../../core/backups/catalog.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { OctavoError, toErrorRecord } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import type { Store } from '../../core/store.js'
import type { BackupRoom } from './backup-types.js'
import { mayStillRun } from './run-process.js'

/**
 * Marks runs whose process is gone as failed. A copy whose manifest is in its store is complete and
 * stays; an archive without one is removed, if its bytes are those that the run was storing.
 */
export async function recoverRuns(room: BackupRoom, signal: AbortSignal): Promise<string[]> {
  const recovered: string[] = []
  for (const record of await room.catalog.list({ status: 'in-progress' })) {
    if (await mayStillRun(record, room.clock.now())) continue
    const copies = await copiesLeft(room, record, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      room.tell(
        `WARNING: what is left of backup ${record.id} is not known yet: ${messageOf(error)}`,
      )
      return null
    })
    // A store that can't be asked now is asked at the next start.
    if (copies === null) continue
    const error = new OctavoError(
      'aborted',
      'the process that ran this backup ended before it did',
      {
        hint: 'The next run starts anew. Where this happens again, look for what ends the process: memory, a deploy, a restart.',
      },
    )
    await room.catalog.update(record.id, {
      status: 'failed',
      endedAt: room.clock.now().toISOString(),
      error: toErrorRecord(error),
      copies,
    })
    recovered.push(record.id)
  }
  return recovered
}

async function copiesLeft(
  { stores }: BackupRoom,
  { manifest, copies }: BackupRecord,
  signal: AbortSignal,
): Promise<readonly BackupCopy[]> {
  if (manifest === null) return copies
  const base = baseOfArchive(manifest)
  const manifestName = objectNames.manifest(base)
  const found: BackupCopy[] = []
  for (const { store } of stores) {
    const known = copies.find((copy) => copy.store === store.name)
    const names = await namesOf(store, `${base}.`, signal)
    if (names.has(manifestName))
      found.push(known ?? { store: store.name, manifestName, verification: null })
    else if (names.has(manifest.archive.name) && (await isOurs(store, manifest, signal)))
      await store.remove(manifest.archive.name, { signal })
  }
  return found
}

async function namesOf(store: Store, prefix: string, signal: AbortSignal): Promise<Set<string>> {
  const names = new Set<string>()
  for await (const { name } of store.list(prefix, { signal })) names.add(name)
  return names
}

/** A file of this name may be a stranger's, which kept the run from storing its own. */
async function isOurs(
  store: Store,
  { archive: { name, sha256 } }: BackupManifest,
  signal: AbortSignal,
): Promise<boolean> {
  const hash = createHash('sha256')
  for await (const piece of store.get(name, { signal })) hash.update(piece)
  return hash.digest('hex') === sha256
}

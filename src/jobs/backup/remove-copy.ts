import { baseOfManifest, isVerificationOf, objectNames } from '../../core/backups/archive-names.js'
import type { BackupRecord, LeavingCopy } from '../../core/backups/catalog.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import type { Store } from '../../core/store.js'
import type { BackupRoom } from './backup-types.js'

/**
 * Removes the copy of a backup from a store. It leaves the list before anything of it is gone: what is
 * listed is always whole, and what a killed process left of it is remembered, for `finishRemovals`. False,
 * and nothing is removed, for a backup that somebody has pinned meanwhile.
 */
export async function removeCopy(
  room: Pick<BackupRoom, 'catalog'>,
  {
    id,
    store,
    signal,
  }: { readonly id: string; readonly store: Store; readonly signal: AbortSignal },
): Promise<boolean> {
  let isPinned = false
  await room.catalog.update(id, ({ copies, leaving, pinned }) => {
    const ours = copies.find((copy) => copy.store === store.name)
    isPinned = pinned
    if (pinned || !ours) return {}
    return {
      copies: copies.filter((copy) => copy !== ours),
      leaving: [...leaving, { store: store.name, manifestName: ours.manifestName }],
    }
  })
  if (isPinned) return false
  await finishRemovals(room, { record: await room.catalog.find(id), store, signal })
  return true
}

/** Removes from a store what is on its way out of it. */
export async function finishRemovals(
  { catalog }: Pick<BackupRoom, 'catalog'>,
  {
    record: { id, manifest, leaving },
    store,
    signal,
  }: { readonly record: BackupRecord; readonly store: Store; readonly signal: AbortSignal },
): Promise<void> {
  const ours = leaving.filter((copy) => copy.store === store.name)
  if (ours.length === 0) return
  for (const copy of ours) await removeObjects(store, copy, { manifest, signal })
  await catalog.update(id, ({ leaving: now }) => {
    return { leaving: now.filter((copy) => copy.store !== store.name) }
  })
}

/** The manifest first, without which the rest is no backup. */
async function removeObjects(
  store: Store,
  { manifestName }: LeavingCopy,
  { manifest, signal }: { readonly manifest: BackupManifest | null; readonly signal: AbortSignal },
): Promise<void> {
  const base = baseOfManifest(manifestName)
  if (base === null || manifest === null) return
  await store.remove(manifestName, { signal })
  await store.remove(manifest.archive.name, { signal })
  const verifications: string[] = []
  for await (const { name } of store.list(`${base}.verified-`, { signal }))
    if (isVerificationOf(base, name)) verifications.push(name)
  for (const name of [...verifications, objectNames.pin(base)]) await store.remove(name, { signal })
}

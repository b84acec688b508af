import type { BackupRecord } from '../../core/backups/catalog.js'
import { betterProof, type Verification } from '../../core/backups/verification.js'
import { asOctavoError, OctavoError, toErrorRecord, type ErrorRecord } from '../../core/errors.js'
import type { OnProgress } from '../../core/progress.js'
import type { BackupRoom } from './backup-types.js'
import { storeNamed } from './store-named.js'
import { verifyCopy } from './verify-copy.js'

export interface VerifyBackupWish {
  readonly record: BackupRecord
  /** Only the copy in this store; null for all. */
  readonly store: string | null
  /** Models that must be there and not empty. */
  readonly expect: readonly string[]
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

export interface VerifiedBackup {
  readonly record: BackupRecord
  readonly copies: readonly { readonly store: string; readonly verification: Verification }[]
  /** Copies that could not be verified, and why. */
  readonly failed: readonly { readonly store: string; readonly error: ErrorRecord }[]
}

/** Verifies the copies of a backup one after the other, and notes in the catalog what was proved. */
export async function verifyBackup(
  room: BackupRoom,
  { record: { id, manifest, copies }, store: only, expect, signal, onProgress }: VerifyBackupWish,
): Promise<VerifiedBackup> {
  const wanted = copies.filter(({ store }) => only === null || store === only)
  if (manifest === null || wanted.length === 0)
    throw new OctavoError('not-found', `no store${only === null ? '' : ` "${only}"`} holds ${id}`)
  const done: { store: string; verification: Verification }[] = []
  const failed: { store: string; error: ErrorRecord }[] = []
  for (const copy of wanted)
    try {
      const parts = { copy, manifest, opening: room.opening, expect, signal, onProgress }
      const store = storeNamed(room.stores, copy.store)
      const verification = await verifyCopy(room, { ...parts, store })
      done.push({ store: copy.store, verification })
      await noteVerification(room, { id, store: copy.store, verification })
    } catch (error) {
      // One bad copy says nothing of the others: people want to know which ones they have.
      signal.throwIfAborted()
      failed.push({ store: copy.store, error: toErrorRecord(asOctavoError(error)) })
    }
  return { record: await room.catalog.find(id), copies: done, failed }
}

async function noteVerification(
  { catalog }: BackupRoom,
  { id, store, verification }: { id: string; store: string; verification: Verification },
): Promise<void> {
  await catalog.update(id, ({ copies }) => ({
    copies: copies.map((one) =>
      one.store === store
        ? { ...one, verification: betterProof(one.verification, verification) }
        : one,
    ),
  }))
}

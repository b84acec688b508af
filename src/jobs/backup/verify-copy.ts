import { join } from 'node:path'
import { baseOfManifest, isVerificationOf, objectNames } from '../../core/backups/archive-names.js'
import type { BackupCopy } from '../../core/backups/catalog.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import type { Verification } from '../../core/backups/verification.js'
import { OctavoError } from '../../core/errors.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import type { OnProgress } from '../../core/progress.js'
import type { Store } from '../../core/store.js'
import type { VerifyResult } from '../job-types.js'
import type { BackupRoom } from './backup-types.js'
import type { Opening } from '../../core/age-keys.js'
import { fetchArchive } from './fetch-archive.js'
import { textSource } from './store-backup.js'

export interface CopyToVerify {
  readonly store: Store
  readonly copy: BackupCopy
  readonly manifest: BackupManifest
  /** What opens it; null where it is not encrypted, or can't be opened here. */
  readonly opening: Opening | null
  readonly expect: readonly string[]
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

/**
 * Proves a backup by what its store gives back: fetched, decrypted, restored into a scratch database,
 * compared with the digests of its manifest. The verification is written beside the manifest.
 */
export async function verifyCopy(room: BackupRoom, wanted: CopyToVerify): Promise<Verification> {
  const { store, copy, manifest, signal } = wanted
  const verdict = await withWorkFolder(room.spoolFolder, (folder) =>
    prove(room, wanted, folder),
  ).catch(async (error: unknown) => {
    if (isDamage(error)) await withdrawVerifications(room, wanted)
    throw error
  })
  const at = room.clock.now()
  const verification: Verification = {
    octavo_verification: 1,
    id: manifest.id,
    at: at.toISOString(),
    verdict,
  }
  const base = baseOfManifest(copy.manifestName) ?? copy.manifestName
  const text = `${JSON.stringify(verification)}\n`
  try {
    await store.put(objectNames.verification(base, at), textSource(text), { signal })
  } catch (error) {
    // Two proofs in one second: the other one stands there already.
    if (!(error instanceof OctavoError) || error.code !== 'store-taken') throw error
  }
  return verification
}

async function prove(
  { runJob, scratch }: BackupRoom,
  { store, manifest, opening, expect, signal, onProgress }: CopyToVerify,
  folder: string,
): Promise<Verification['verdict']> {
  const fetched = join(folder, 'archive')
  await fetchArchive(store, manifest, { file: fetched, signal, onProgress })
  const sealed = manifest.archive.codecs.includes('age')
  if (sealed && opening === null) {
    if (expect.length > 0)
      throw new OctavoError('verify-failed', `${manifest.id} is encrypted and can't be read here`)
    return 'bytes'
  }
  const file = sealed ? join(folder, 'opened') : fetched
  if (sealed && opening !== null)
    await runJob(
      'unseal',
      { file: fetched, out: file, opening },
      { signal, onProgress, wall: 'thread' },
    )
  const input = { file, expect, workFolder: folder, ...(scratch && { scratch }) }
  const result = await runJob('verify', input, { signal, onProgress, wall: 'process' })
  requireSame(manifest, result)
  if (manifest.proved === 'snapshot') return 'snapshot'
  if (result.verified === 'read')
    throw new OctavoError('internal', `the backup ${manifest.id} is a fixture, and was kept`)
  return result.verified
}

function requireSame(manifest: BackupManifest, result: VerifyResult): void {
  const same =
    result.format === manifest.format &&
    result.records === manifest.records &&
    result.contentSha256 === manifest.content_sha256
  if (same) return
  throw new OctavoError(
    'verify-failed',
    `the backup ${manifest.id} restores to something else than its manifest describes`,
  )
}

/** Whether an error says that the copy is not what was stored, and not that it could not be looked at. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof OctavoError)) return false
  return error.code.startsWith('document-') || ['not-found', 'verify-failed'].includes(error.code)
}

/** What was proved once is so no more: nothing may call it proved, nor prune others on its word. */
async function withdrawVerifications(
  { catalog }: BackupRoom,
  { store, copy, manifest, signal }: CopyToVerify,
): Promise<void> {
  const base = baseOfManifest(copy.manifestName) ?? copy.manifestName
  const names: string[] = []
  for await (const { name } of store.list(`${base}.verified-`, { signal }))
    if (isVerificationOf(base, name)) names.push(name)
  for (const name of names) await store.remove(name, { signal })
  await catalog.update(manifest.id, ({ copies }) => ({
    copies: copies.map((one) => (one.store === store.name ? { ...one, verification: null } : one)),
  }))
}

import { z } from 'zod'
import {
  baseOfArchive,
  baseOfManifest,
  isVerificationOf,
  objectNames,
} from '../../core/backups/archive-names.js'
import type { BackupCopy, BackupRecord } from '../../core/backups/catalog.js'
import { readBackupManifest, type BackupManifest } from '../../core/backups/manifest.js'
import {
  betterProof,
  verificationSchema,
  type Verification,
} from '../../core/backups/verification.js'
import { OctavoError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import type { Store } from '../../core/store.js'
import type { BackupRoom } from './backup-types.js'
import { readObject } from './read-object.js'

export interface Rebuilt {
  /** Ids of backups that the catalog did not know. */
  readonly added: readonly string[]
  /** Ids of backups whose copies or verifications were not what the catalog knew. */
  readonly changed: readonly string[]
  /** What could not be read, one sentence each: it is left alone. */
  readonly warnings: readonly string[]
}

interface Found {
  readonly manifest: BackupManifest
  readonly copies: BackupCopy[]
  pinned: boolean
}

/**
 * Makes the catalog say what the stores hold: on an empty disk, after its loss, or where somebody changed
 * a store. Failed runs stay as history; nothing in a store is changed.
 */
export async function rebuildCatalog(room: BackupRoom, signal: AbortSignal): Promise<Rebuilt> {
  const warnings: string[] = []
  const found = new Map<string, Found>()
  const read = new Set<string>()
  for (const { store } of room.stores)
    try {
      await readStore(store, { found, warnings, signal })
      read.add(store.name)
    } catch (error) {
      signal.throwIfAborted()
      warnings.push(`the store ${store.name} could not be read: ${messageOf(error)}`)
    }
  const added: string[] = []
  const changed: string[] = []
  for (const record of await room.catalog.list()) {
    if (record.status === 'in-progress') {
      found.delete(record.id)
      continue
    }
    const { copies = [], pinned = record.pinned } = found.get(record.id) ?? {}
    found.delete(record.id)
    // What a store holds that could not be read, or is not configured any more, stays as it was known.
    const others = record.copies.filter(({ store }) => !read.has(store))
    // Whose manifest is there is whole: it stays, and the policy may decide anew.
    const leaving = record.leaving.filter((one) => !copies.some(({ store }) => store === one.store))
    const now = { copies: [...others, ...copies], leaving, pinned }
    const known = { copies: record.copies, leaving: record.leaving, pinned: record.pinned }
    if (JSON.stringify(now) === JSON.stringify(known)) continue
    await room.catalog.update(record.id, now)
    changed.push(record.id)
  }
  for (const one of found.values()) {
    await room.catalog.add(recordOf(one))
    added.push(one.manifest.id)
  }
  return { added, changed, warnings }
}

interface Reading {
  readonly found: Map<string, Found>
  readonly warnings: string[]
  readonly signal: AbortSignal
}

async function readStore(store: Store, { found, warnings, signal }: Reading): Promise<void> {
  const names = new Map<string, number>()
  for await (const { name, size } of store.list('', { signal })) names.set(name, size)
  for (const manifestName of [...names.keys()].toSorted()) {
    const base = baseOfManifest(manifestName)
    if (base === null) continue
    try {
      const manifest = readBackupManifest(
        await readObject(store, manifestName, { signal }),
        manifestName,
      )
      if (
        baseOfArchive(manifest) !== base ||
        names.get(manifest.archive.name) !== manifest.archive.size
      )
        throw new OctavoError(
          'document-altered',
          `the archive of ${manifestName} is not there, or of another size`,
        )
      const verification = await bestVerification(store, base, { names, warnings, signal })
      const one = found.get(manifest.id) ?? { manifest, copies: [], pinned: false }
      one.copies.push({ store: store.name, manifestName, verification })
      if (names.has(objectNames.pin(base))) one.pinned = true
      found.set(manifest.id, one)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof OctavoError) || !error.code.startsWith('document-')) throw error
      warnings.push(`${store.shown}: ${messageOf(error)}; it was left alone`)
    }
  }
}

/** The newest one that proves that the backup restores; the newest one where none does. */
async function bestVerification(
  store: Store,
  base: string,
  {
    names,
    warnings,
    signal,
  }: Omit<Reading, 'found'> & { readonly names: ReadonlyMap<string, number> },
): Promise<Verification | null> {
  const sorted = [...names.keys()].filter((name) => isVerificationOf(base, name)).toSorted()
  let best: Verification | null = null
  for (const name of sorted) {
    const text = await readObject(store, name, { signal })
    const parsed = verificationSchema.safeParse(jsonOf(text))
    if (parsed.success) best = betterProof(best, parsed.data)
    else warnings.push(`${store.shown}: ${name} can't be read; it was left alone`)
  }
  return best
}

function jsonOf(text: string): unknown {
  try {
    return z.json().parse(JSON.parse(text))
  } catch {
    return null
  }
}

function recordOf({ manifest, copies, pinned }: Found): BackupRecord {
  const { id, database, format, taken_at, started_by, duration_ms } = manifest
  return {
    id,
    database: database.name,
    label: database.label,
    format,
    status: 'success',
    startedAt: taken_at,
    endedAt: new Date(Date.parse(taken_at) + duration_ms).toISOString(),
    startedBy: started_by,
    process: null,
    manifest,
    error: null,
    warnings: [],
    copies,
    leaving: [],
    pinned,
    unchangedFrom: null,
  }
}

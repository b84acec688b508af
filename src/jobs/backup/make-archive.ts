import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { formatSuffixes } from '../../core/export-formats.js'
import { newIdentity } from '../../codecs/age.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { backupManifestVersion } from '../../core/backups/manifest.js'
import { generator } from '../../core/generator.js'
import type { ExportResult } from '../job-types.js'
import type { BackupRequest, BackupRoom } from './backup-types.js'
import type { Opening, Sealing } from '../../core/age-keys.js'

export interface RunPlace {
  readonly id: string
  readonly startedAt: Date
  /** Of this run alone; removed at its end. */
  readonly workFolder: string
}

/** The finished export of a run, before its codecs. */
export async function exportPlain(
  { runJob, busyTimeoutMs, gzip }: BackupRoom,
  { database, format, signal, onProgress }: BackupRequest,
  { startedAt, workFolder }: RunPlace,
): Promise<ExportResult> {
  const input = {
    database,
    format,
    verify: true,
    sample: false,
    at: startedAt.toISOString(),
    file: join(workFolder, 'plain'),
    uncompressed: gzip,
    busyTimeoutMs,
  }
  return runJob('export', input, { signal, onProgress, wall: 'process' })
}

export interface PackedArchive {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  /** What is behind the name: `.json.gz.age`. */
  readonly suffix: string
  readonly codecs: BackupManifest['archive']['codecs']
  /** What opens it in this run, also where nobody can open it here later. */
  readonly opening: Opening | null
}

/** Puts the codecs on. The plain file is gone afterwards: it takes space, and may not be encrypted. */
export async function packExport(
  { runJob, gzip, sealing, opening }: BackupRoom,
  { format, signal, onProgress }: BackupRequest,
  plain: ExportResult,
): Promise<PackedArchive> {
  const codecs = [...(gzip ? ['gzip' as const] : []), ...(sealing ? ['age' as const] : [])]
  const suffix = [formatSuffixes[format], gzip ? '.gz' : '', sealing ? '.age' : '']
  const own = await openable(sealing, opening)
  const described = { suffix: suffix.join(''), codecs, opening: own.opening }
  if (codecs.length === 0)
    return { file: plain.file, bytes: plain.bytes, sha256: plain.fileSha256, ...described }
  const out = `${plain.file}.packed`
  const input = { file: plain.file, out, gzip, sealing: own.sealing }
  const packed = await runJob('pack', input, { signal, onProgress, wall: 'thread' })
  await rm(plain.file)
  return { file: out, ...packed, ...described }
}

/**
 * A machine that only knows recipients can not read what it stored. So each archive has one recipient
 * more, whose identity is forgotten with the run: until then what the store gives back is decrypted and
 * restored like any other.
 */
async function openable(
  sealing: Sealing | null,
  opening: Opening | null,
): Promise<{ readonly sealing: Sealing | null; readonly opening: Opening | null }> {
  if (sealing === null || 'passphrase' in sealing) return { sealing, opening: sealing }
  const { identity, recipient } = await newIdentity()
  const known = opening && 'identities' in opening ? opening.identities : []
  return {
    sealing: { recipients: [...sealing.recipients, recipient] },
    opening: { identities: [identity, ...known] },
  }
}

export interface ManifestParts {
  readonly request: BackupRequest
  readonly place: RunPlace
  readonly plain: ExportResult
  readonly packed: PackedArchive
  /** Where it will be in the stores, without its suffix. */
  readonly base: string
  readonly now: Date
}

export function manifestOf(parts: ManifestParts): BackupManifest {
  const { request, place, plain, packed, base, now } = parts
  const { name, label, address } = request.database
  return {
    octavo_backup: backupManifestVersion,
    id: place.id,
    taken_at: place.startedAt.toISOString(),
    database: { name, label, engine: address.engine, identity: plain.identity },
    generator,
    started_by: request.startedBy,
    format: plain.format,
    archive: {
      name: `${base}${packed.suffix}`,
      size: packed.bytes,
      sha256: packed.sha256,
      codecs: packed.codecs,
    },
    plain: { size: plain.bytes, sha256: plain.fileSha256 },
    content_sha256: plain.contentSha256,
    excluded_rows: [...plain.excludedRows],
    records: plain.records,
    models: plain.models.map(({ model, records }) => ({ model, records })),
    duration_ms: Math.max(0, now.getTime() - place.startedAt.getTime()),
    proved: plain.verified,
  }
}

/** `database_backup_….json.gz` of `database_backup_…`. */
export function shownName(manifest: BackupManifest): string {
  return basename(manifest.archive.name)
}

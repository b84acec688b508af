import type { ErrorRecord } from '../errors.js'
import type { BackupManifest } from './manifest.js'
import type { Verification } from './verification.js'

export type BackupStatus = 'in-progress' | 'success' | 'failed'

/** How people read a status. */
export const statusWords: Readonly<Record<BackupStatus, string>> = {
  'in-progress': 'In progress',
  success: 'Success',
  failed: 'Failed',
}

/** A copy of a backup in a store. */
export interface BackupCopy {
  readonly store: string
  /** Of the manifest in it: `database_backup_2026-11-22_00-17-00.manifest.json`. */
  readonly manifestName: string
  readonly verification: Verification | null
}

/** One run, and the backup that it made. Instants are ISO 8601 in UTC. */
export interface BackupRecord {
  readonly id: string
  readonly database: string
  readonly label: string
  readonly format: 'json' | 'sqlite'
  readonly status: BackupStatus
  readonly startedAt: string
  readonly endedAt: string | null
  readonly startedBy: string
  /** Of the process that runs it, to tell a run that died: `process-status.ts`. */
  readonly process: string | null
  /** Null until there is an archive. */
  readonly manifest: BackupManifest | null
  readonly error: ErrorRecord | null
  readonly warnings: readonly string[]
  readonly copies: readonly BackupCopy[]
  readonly pinned: boolean
  /** The backup whose content this run found again, where nothing new was stored. */
  readonly unchangedFrom: string | null
}

export interface CatalogFilter {
  readonly database?: string
  readonly status?: BackupStatus
  /** Only those that started before this instant: the next page. */
  readonly before?: string
  readonly limit?: number
}

/**
 * Our list of runs and backups, newest first. It is never the only copy of a fact about a backup: it can
 * be built again from the manifests in the stores. Every change is durable when it resolves, and several
 * processes may use one catalog at once.
 */
export interface Catalog {
  /** Adds a run, or what was found in a store; `usage` where the id is known. */
  add(record: BackupRecord): Promise<void>
  /** Changes the members given; `not-found` for an id that is not known. */
  update(id: string, change: Partial<Omit<BackupRecord, 'id'>>): Promise<void>
  get(id: string): Promise<BackupRecord | null>
  /** A backup by its id, or by the beginning of it where only one has it; else `not-found` or `usage`. */
  find(beginning: string): Promise<BackupRecord>
  list(filter?: CatalogFilter): Promise<readonly BackupRecord[]>
  remove(id: string): Promise<void>
  close(): Promise<void>
}

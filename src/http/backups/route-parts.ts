import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { backupIdPattern } from '../../core/backups/manifest.js'
import { OctavoError } from '../../core/errors.js'
import type { JobBoard } from '../../jobs/board/job-board.js'
import type { CheckedOptions } from '../app-options.js'
import type { KeyOptions } from '../bearer-key.js'
import { errorBodySchema } from '../error-answer.js'
import type { Scrubber } from '../scrubber.js'
import { unknownDatabase } from '../sent-names.js'
import type { AuditNotes } from './audit-notes.js'
import type { BackupDesk, BackupShelf } from './backup-desk.js'

/** What all routes about kept backups are given. */
export interface BackupRouteOptions extends KeyOptions {
  readonly checked: CheckedOptions
  readonly desk: BackupDesk
  readonly notes: AuditNotes
  readonly scrubber: Scrubber
  readonly board: JobBoard
  /** Aborted when the service ends and its jobs have. */
  readonly closing: AbortSignal
}

export const backupsPath = '/api/backups'

/** For a route that takes none: a misspelt one must not look as if it were heard. */
export const noQuery = z.strictObject({})

export const backupParams = z.strictObject({
  id: z.string().regex(backupIdPattern, 'the id of a backup, such as 20261122T000003Z-5a01ce'),
})

/** A part of the schema of a route: who may ask, and what answers there are besides the right one. */
export function behindKey(...refusals: readonly number[]) {
  const statuses = [400, 401, 403, 404, 429, 500, 503, ...refusals]
  return {
    security: [{ key: [] }],
    refusals: Object.fromEntries(statuses.map((status) => [status, errorBodySchema])),
  }
}

export async function knownBackup(shelf: BackupShelf, id: string): Promise<BackupRecord> {
  const record = await shelf.get(id)
  if (record) return record
  throw new OctavoError('not-found', `there is no backup ${id}`, {
    hint: 'GET /api/backups lists those that there are.',
  })
}

/** The configured name; the first database where none is given. */
export function servedName({ databases }: CheckedOptions, name: string | undefined): string {
  const found = name === undefined ? databases[0] : databases.find((one) => one.name === name)
  if (found) return found.name
  throw unknownDatabase(name, databases)
}

/** What a request names in its address, before that was checked. */
export function idOf({ params }: FastifyRequest): string | null {
  // A route without parameters has an empty object.
  const { id, name } = params as { readonly id?: string; readonly name?: string }
  return id ?? name ?? null
}

/** Throws where no store holds it, or not the one that is asked for. */
export function requireHeld(record: BackupRecord, store: string | null): void {
  const { id, manifest, copies, unchangedFrom } = record
  if (manifest !== null && copies.some((copy) => store === null || copy.store === store)) return
  throw new OctavoError('not-found', `no store${store === null ? '' : ` "${store}"`} holds ${id}`, {
    hint:
      unchangedFrom === null
        ? 'Choose another one: GET /api/backups?status=success.'
        : `Its run found nothing new: take ${unchangedFrom}.`,
  })
}

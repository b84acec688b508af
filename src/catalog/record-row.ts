import { z } from 'zod'
import { exportFormats } from '../core/export-formats.js'
import type { BackupRecord } from '../core/backups/catalog.js'
import { backupIdPattern, backupManifestSchema } from '../core/backups/manifest.js'
import { verificationSchema } from '../core/backups/verification.js'
import { errorTable, type ErrorCode } from '../core/error-table.js'
import { OctavoError } from '../core/errors.js'

/** A run as the table has it. */
export interface RunRow {
  readonly id: string
  readonly database: string
  readonly label: string
  readonly status: string
  /** As `Date.toISOString` writes it, so that it sorts as text. */
  readonly started_at: string
  /** All other members as JSON; a later release may have put more into it than this one knows. */
  readonly rest: string
}

const id = z.string().regex(backupIdPattern)
const instant = z.iso.datetime().transform((text) => new Date(text).toISOString())
// The keys of an object are strings to TypeScript.
const errorCodes = Object.keys(errorTable) as ErrorCode[]

const recordSchema = z.object({
  id,
  database: z.string(),
  label: z.string(),
  format: z.enum(exportFormats),
  status: z.enum(['in-progress', 'success', 'failed']),
  startedAt: instant,
  endedAt: instant.nullable(),
  startedBy: z.string(),
  process: z.string().nullable(),
  manifest: backupManifestSchema.nullable(),
  error: z
    .object({
      // Another release has other codes, and a run is worth more than the code of its error.
      code: z.enum(errorCodes).catch('internal'),
      message: z.string(),
      hint: z.string(),
      details: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  warnings: z.array(z.string()),
  copies: z.array(
    z.object({
      store: z.string(),
      manifestName: z.string(),
      verification: verificationSchema.nullable(),
    }),
  ),
  leaving: z.array(z.object({ store: z.string(), manifestName: z.string() })).default([]),
  pinned: z.boolean(),
  unchangedFrom: id.nullable(),
}) satisfies z.ZodType<BackupRecord>

/** The columns of it, and none that SQLite makes out of them. */
export const rowColumns = 'id, database, label, status, started_at, rest'

/** An instant as the column has it; `internal` for what is none. */
export function instantOf(text: string): string {
  const parsed = instant.safeParse(text)
  if (parsed.success) return parsed.data
  throw new OctavoError('internal', `${JSON.stringify(text)} is no instant`)
}

/** Throws `internal` for a record that could not be read again. */
export function toRow(record: BackupRecord): RunRow {
  return rowOf(checked(record, `the run ${record.id} can not be written to the catalog`))
}

/** Throws `internal` where the row, as another release or another program left it, is no record. */
export function fromRow(row: RunRow): BackupRecord {
  return checked(membersOf(row), unreadable(row), otherRelease)
}

/** The row with some members changed. What this release does not know in it stays. */
export function changeRow(row: RunRow, change: Partial<Omit<BackupRecord, 'id'>>): RunRow {
  const members = membersOf(row)
  checked(members, unreadable(row), otherRelease)
  const known = checked(
    { ...members, ...change, id: row.id },
    `the run ${row.id} can not be changed in the catalog`,
  )
  const changed = Object.entries(known).filter(([name]) => name in change)
  return rowOf({ ...members, ...Object.fromEntries(changed) })
}

const otherRelease =
  'Where a newer Octavo wrote it, update Octavo. The backup is in its stores all the same.'

function unreadable({ id }: RunRow): string {
  return `the run ${id} in the catalog can not be read`
}

function checked(members: unknown, message: string, hint?: string): BackupRecord {
  const parsed = recordSchema.safeParse(members)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new OctavoError('internal', `${message}: wrong at "${where}"`, {
    cause: parsed.error,
    ...(hint !== undefined && { hint }),
  })
}

function rowOf(members: object): RunRow {
  const { id, database, label, status, startedAt, ...rest }: Record<string, unknown> = {
    ...members,
  }
  return {
    id: String(id),
    database: String(database),
    label: String(label),
    status: String(status),
    started_at: String(startedAt),
    rest: JSON.stringify(rest),
  }
}

function membersOf(row: RunRow): Record<string, unknown> {
  const { started_at: startedAt, rest, ...columns } = row
  return { ...parsedRest(row.id, rest), ...columns, startedAt }
}

function parsedRest(id: string, rest: string): object {
  try {
    return Object(JSON.parse(rest))
  } catch (cause) {
    throw new OctavoError('internal', `the run ${id} in the catalog can not be read: no JSON`, {
      cause,
      hint: otherRelease,
    })
  }
}

import { mkdir } from 'node:fs/promises'
import { extname, relative, resolve } from 'node:path'
import type { ExportAsked, ExportedFrom, FileWish } from '../../cli/actions.js'
import { storable } from '../../core/backups/archive-names.js'
import type { OutputWish } from '../../core/files/output-place.js'
import { labelledFileName } from '../../core/names.js'
import type { ExportInput, ExportResult } from '../../jobs/job-types.js'
import { requireRecords } from '../../jobs/export/require-records.js'
import type { ProcessContext } from '../process-context.js'
import { askedDatabase } from './asked-database.js'
import { sayingBackupFailed } from './backup-failed.js'

type Exported = Pick<ExportResult, 'warnings' | 'file'>

/** Runs an export of the database that was asked for, and says of the result which one it was. */
export async function askedExport<T extends Exported>(
  context: ProcessContext,
  asked: ExportAsked,
  run: (database: ExportInput['database']) => Promise<T>,
): Promise<T & ExportedFrom> {
  return sayingBackupFailed(asked.dbType !== null, async () => {
    const { database, warnings } = askedDatabase(context.config(), asked)
    const { name, label } = database
    const result = await run(database)
    return {
      ...result,
      warnings: [...warnings, ...result.warnings],
      location: locationOf(result.file, context),
      database: { name, label },
    }
  })
}

function locationOf(file: string, { folder }: ProcessContext): string {
  const near = relative(folder, file)
  return file === '-' || near.startsWith('..') ? file : near
}

/** Throws for what holds no record, unless that is meant. */
export function requireFilled(
  { allowEmpty }: ExportAsked,
  result: Pick<ExportResult, 'records'>,
  database: ExportInput['database'],
): void {
  if (!allowEmpty) requireRecords(result, database)
}

interface UsualPlace {
  readonly out: FileWish
  readonly usualName: string
  readonly database: ExportInput['database']
  readonly at: Date
}

/** Where the file goes: by `--db-type` below the folder of backups, as `backup_database` had it. */
export async function askedPlace(
  { folder, config }: ProcessContext,
  { dbType }: ExportAsked,
  { out, usualName, database, at }: UsualPlace,
): Promise<OutputWish> {
  const { label } = database
  const more = { force: out.force, numbered: true }
  if (dbType === null) {
    const named = out.stem === undefined ? usualName : `${out.stem}${extname(usualName)}`
    return { out: resolve(folder, out.path ?? '.'), usualName: named, ...more }
  }
  const named = labelledFileName(storable(label), extname(usualName), at)
  if (out.path !== null) return { out: resolve(folder, out.path), usualName: named, ...more }
  const labelled = resolve(folder, config().settings.backupDir ?? 'backups', storable(label))
  await mkdir(labelled, { recursive: true, mode: 0o700 })
  return { out: labelled, usualName: named, ...more }
}

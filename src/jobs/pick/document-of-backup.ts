import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { openDocument } from '../../documents/open-document.js'
import { exportBeside } from '../export/export-beside.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput } from '../job-types.js'
import { scratchServerOf } from '../postgresql/server-place.js'
import { isFixture } from '../prepare/is-fixture.js'
import { openSource } from '../prepare/open-source.js'

export interface BackupDocument {
  readonly workFolder: string
  readonly context: JobContext
}

/** A backup as a document of the target's own kind: single records are compared with those of the target. */
export async function documentOfBackup(
  input: RestoreInput,
  { workFolder, context }: BackupDocument,
): Promise<() => Promise<DocumentReading>> {
  if (await isFixture(input.file))
    throw new OctavoError('restore-refused', 'a fixture gives no single records back', {
      hint: 'Nothing was changed. Take a document, a native copy or a dump.',
    })
  const file = await found(input, { workFolder, context })
  const { signal } = context
  const open = () => openDocument(file, { workFolder, signal })
  const reading = await open()
  await reading.close()
  const { engine } = reading.header.database
  if (engine !== input.target.address.engine)
    throw new OctavoError(
      'restore-refused',
      `the backup is one of ${engine}, and the target is of another kind: single records do not go across`,
      {
        hint: 'Nothing was changed. Restore it into a database of its own kind, and export from that.',
      },
    )
  return open
}

async function found(
  { file, target, at, deadlineMs, ...input }: RestoreInput,
  { workFolder, context }: BackupDocument,
): Promise<string> {
  const { modelNames, address } = target
  const scratch = address.engine === 'postgresql' ? scratchServerOf(target) : input.scratch
  const source = await openSource(file, { workFolder, context, scratch, modelNames })
  if (source.kind === 'document') return source.path
  const folder = join(workFolder, 'backup')
  await mkdir(folder)
  const place = { engine: 'sqlite', path: source.path, shown: file } as const
  const database = { name: 'database', label: '', address: place, modelNames, excludeRows: [] }
  return await exportBeside(database, { folder, at, busyTimeoutMs: deadlineMs, context })
}

import { dirname, join, resolve } from 'node:path'
import type { ConvertRequest, Listeners } from '../../cli/actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import { djangoModelsFile } from '../../config/django-models-file.js'
import { scratchServer } from '../../config/scratch-server.js'
import { outputPlace, putInPlace } from '../../core/files/output-place.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { exportFileName, fixtureFileName } from '../../core/names.js'
import type { ConvertResult } from '../../jobs/convert/convert-types.js'
import { runJob } from '../../jobs/wall/run-job.js'
import type { BackupContext } from '../fetched-backups.js'
import { systemClock } from '../system-clock.js'
import { namingBackup } from './naming-backup.js'
import { refuseDatabaseFiles } from './refuse-database-files.js'

export async function convertAction(
  context: BackupContext,
  { file, to, schema, wish, out }: ConvertRequest,
  listeners: Listeners,
): Promise<ConvertResult> {
  const scratch = scratchServer(context.config())
  const backup = await context.backups.file(file, listeners)
  const at = systemClock.now()
  const place = await outputPlace({
    out: resolve(context.folder, out.path ?? '.'),
    usualName: to === 'django' ? fixtureFileName(at) : exportFileName(to, at),
    force: out.force,
    numbered: true,
  })
  refuseDatabaseFiles(place.file, context.config().databases)
  return withWorkFolder(dirname(place.file), async (workFolder) => {
    const made = join(workFolder, 'converted')
    const input = {
      file: backup.file,
      to,
      out: made,
      workFolder,
      wish,
      at: at.toISOString(),
      busyTimeoutMs: context.config().settings.busyTimeout * 1000,
      ...(schema !== null && { schema: chooseDatabase(context.config(), schema) }),
      ...(scratch && { scratch }),
      ...djangoModelsFile(context.config()),
    }
    const job = runJob('convert', input, { ...listeners, wall: 'process' })
    const result = await namingBackup(backup, job)
    return { ...result, file: await putInPlace(made, place) }
  })
}

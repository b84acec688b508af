import type { DiffRequest, Listeners, VerifyRequest } from '../../cli/actions.js'
import type { DiffResult, InspectResult, VerifyResult } from '../../jobs/job-types.js'
import { runJob } from '../../jobs/wall/run-job.js'
import type { BackupContext } from '../fetched-backups.js'
import { withScratchFolder } from '../scratch-folder.js'
import { systemClock } from '../system-clock.js'
import { diffSide } from './diff-side.js'
import { namingBackup } from './naming-backup.js'
import { reportingVerify } from './reporting-verify.js'
import { requireAge } from './require-age.js'

/** Files come from anywhere: they are opened where they can be killed. */
const wall = 'process'

export function verifyAction(
  context: BackupContext,
  request: VerifyRequest,
  listeners: Listeners,
): Promise<VerifyResult> {
  return reportingVerify(context, { request, listeners }, async () => {
    const backup = await context.backups.file(request.file, listeners)
    const { file } = backup
    const result = await withScratchFolder(context, (workFolder) => {
      const job = runJob('verify', { ...request, file, workFolder }, { ...listeners, wall })
      return namingBackup(backup, job)
    })
    const { manifest = null, warnings = [], others = [] } = backup.fetched ?? {}
    if (request.maxAge !== null)
      requireAge(manifest?.export_date ?? result.header?.export_date, request.maxAge, {
        shown: backup.shown,
        now: systemClock.now(),
      })
    const all = [...warnings, ...others.map(notLookedAt), ...result.warnings]
    return { result: { ...result, warnings: all }, manifest }
  })
}

function notLookedAt(database: string): string {
  return `the branch holds backups of "${database}" too: they were not looked at`
}

export async function inspectAction(
  context: BackupContext,
  request: { readonly file: string },
  listeners: Listeners,
): Promise<InspectResult> {
  const backup = await context.backups.file(request.file, listeners)
  const { file } = backup
  return withScratchFolder(context, (workFolder) =>
    namingBackup(backup, runJob('inspect', { file, workFolder }, { ...listeners, wall })),
  )
}

export async function diffAction(
  context: BackupContext,
  request: DiffRequest,
  listeners: Listeners,
): Promise<DiffResult> {
  const side = (argument: string) => diffSide(context, argument, listeners)
  const [a, b] = [await side(request.a), await side(request.b)]
  return withScratchFolder(context, (workFolder) => {
    const input = {
      a,
      b,
      show: request.show,
      workFolder,
      at: systemClock.now().toISOString(),
      busyTimeoutMs: context.config().settings.busyTimeout * 1000,
    }
    return runJob('diff', input, { ...listeners, wall })
  })
}

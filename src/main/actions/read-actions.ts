import type { DiffRequest, InspectReport, Listeners, VerifyRequest } from '../../cli/actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import { djangoModelsFile } from '../../config/django-models-file.js'
import { scratchServer } from '../../config/scratch-server.js'
import { OctavoError } from '../../core/errors.js'
import type {
  DiffInput,
  DiffResult,
  DiffSide,
  ScratchServer,
  VerifyResult,
} from '../../jobs/job-types.js'
import { runJob } from '../../jobs/wall/run-job.js'
import type { BackupContext } from '../fetched-backups.js'
import type { ProcessContext } from '../process-context.js'
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
    const backup = await context.backups.file(request.file, listeners).catch(sayUnproved)
    const { file } = backup
    const result = await withScratchFolder(context, (workFolder) => {
      const scratch = scratchServer(context.config())
      const { expect, against } = request
      const tables = against ? { against: chooseDatabase(context.config(), against) } : {}
      const input = {
        file,
        expect,
        workFolder,
        ...(scratch && { scratch }),
        ...tables,
        ...djangoModelsFile(context.config()),
      }
      const job = runJob('verify', input, { ...listeners, wall })
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

/** The header of an encrypted file says nothing of what is behind it. */
function sayUnproved(error: unknown): never {
  if (!(error instanceof OctavoError) || error.code !== 'decrypt-failed') throw error
  const { code, message, hint, details } = error
  const unproved = 'whether it is whole and restores is not proved'
  throw new OctavoError(code, `${message}: ${unproved}`, { cause: error, hint, details })
}

function notLookedAt(database: string): string {
  return `the branch holds backups of "${database}" too: they were not looked at`
}

export async function inspectAction(
  context: BackupContext,
  request: { readonly file: string },
  listeners: Listeners,
): Promise<InspectReport> {
  const backup = await context.backups.file(request.file, listeners)
  const { file, sealedBytes } = backup
  const found = await withScratchFolder(context, (workFolder) => {
    const { pgDump } = context.config().settings
    const input = { file, workFolder, ...(pgDump !== undefined && { pgDump }) }
    return namingBackup(backup, runJob('inspect', input, { ...listeners, wall }))
  })
  return { ...found, encrypted: sealedBytes !== null, bytes: sealedBytes ?? found.bytes }
}

export async function diffAction(
  context: BackupContext,
  request: DiffRequest,
  listeners: Listeners,
): Promise<DiffResult> {
  const side = (argument: string) => diffSide(context, argument, listeners)
  const [a, b] = [await side(request.a), await side(request.b)]
  return diffSides(context, { a, b, show: request.show }, listeners)
}

/** Compares what was found already. */
export async function diffSides(
  context: ProcessContext,
  { a, b, show }: Pick<DiffInput, 'a' | 'b' | 'show'>,
  listeners: Listeners,
): Promise<DiffResult> {
  return withScratchFolder(context, (workFolder) => {
    const scratch = scratchServer(context.config()) ?? serverOf(a) ?? serverOf(b)
    const input = {
      a,
      b,
      ...(scratch && { scratch }),
      show,
      workFolder,
      at: systemClock.now().toISOString(),
      busyTimeoutMs: context.config().settings.busyTimeout * 1000,
      ...djangoModelsFile(context.config()),
    }
    return runJob('diff', input, { ...listeners, wall })
  })
}

/** A dump on one side is opened on the server of the other. */
function serverOf(side: DiffSide): ScratchServer | undefined {
  if (side.kind === 'file' || side.database.address.engine !== 'postgresql') return undefined
  const { address, pgDump } = side.database
  return { url: address.url, shown: address.shown, ...(pgDump !== undefined && { pgDump }) }
}

import { createReadStream } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ExportReport, ExportRequest, Listeners } from '../../cli/actions.js'
import { OctavoError } from '../../core/errors.js'
import { outputPlace, putInPlace, type OutputWish } from '../../core/files/output-place.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { exportFileName } from '../../core/names.js'
import type { ChosenDatabase, ExportInput, ExportResult } from '../../jobs/job-types.js'
import { hasLongSteps } from '../../jobs/export/has-long-steps.js'
import { runJob, type RunOptions } from '../../jobs/wall/run-job.js'
import { askedExport, askedPlace, requireFilled } from './asked-export.js'
import { refuseDatabaseFiles } from './refuse-database-files.js'
import type { ProcessContext } from '../process-context.js'
import { withScratchFolder } from '../scratch-folder.js'
import { syncStandardOutput } from '../standard-output.js'

export async function exportAction(
  context: ProcessContext,
  request: ExportRequest,
  listeners: Listeners,
): Promise<ExportReport> {
  return askedExport(context, request, (database) =>
    exportAsked(context, { request, database }, listeners),
  )
}

interface Asked {
  readonly request: ExportRequest
  readonly database: ChosenDatabase
}

async function exportAsked(
  context: ProcessContext,
  { request, database }: Asked,
  listeners: Listeners,
): Promise<ExportResult> {
  const { models, format, verify, out } = request
  if (format !== 'json' && models.length > 0)
    throw new OctavoError('usage', `--format ${format} holds every model; --models asks for some`, {
      hint: `Leave out --models, or --format ${format}.`,
    })
  const at = new Date()
  const input: Omit<ExportInput, 'file'> = {
    database,
    format,
    ...(models.length > 0 && { models }),
    verify,
    sample: false,
    at: at.toISOString(),
    busyTimeoutMs: context.config().settings.busyTimeout * 1000,
  }
  const task = { input, listeners, request }
  if ('stream' in out) return exportToStream(context, { ...task, stream: out.stream })
  const usualName = exportFileName(format, at)
  return exportToFile(task, await askedPlace(context, request, { out, usualName, database, at }))
}

interface ExportTask {
  readonly input: Omit<ExportInput, 'file'>
  readonly listeners: Listeners
  readonly request: ExportRequest
}

/** The work folder stands beside the file, so that the finished one is moved and not copied. */
async function exportToFile(
  { input, listeners, request }: ExportTask,
  wish: OutputWish,
): Promise<ExportResult> {
  const place = await outputPlace(wish)
  refuseDatabaseFiles(place.file, [input.database])
  return withWorkFolder(dirname(place.file), async (work) => {
    const finished = join(work, 'export')
    const result = await runJob(
      'export',
      { ...input, file: finished },
      behindWall(listeners, input),
    )
    requireFilled(request, result, input.database)
    return { ...result, file: await putInPlace(finished, place) }
  })
}

interface StreamTarget extends ExportTask {
  readonly stream: Writable
}

/** Finished before the first byte is sent: a reader never gets half of an export that failed. */
async function exportToStream(
  context: ProcessContext,
  { input, listeners, request, stream }: StreamTarget,
): Promise<ExportResult> {
  return withScratchFolder(context, async (work) => {
    const file = join(work, 'export')
    const result = await runJob(
      'export',
      { ...input, file, temporary: true },
      behindWall(listeners, input),
    )
    requireFilled(request, result, input.database)
    await pipeline(createReadStream(file), stream, { end: false, signal: listeners.signal })
    syncStandardOutput()
    return { ...result, file: '-' }
  })
}

/** A command that only exports has nothing else to do meanwhile, and its steps are short. */
function behindWall(
  listeners: Listeners,
  input: Pick<ExportInput, 'format' | 'verify'>,
): RunOptions {
  return { ...listeners, wall: hasLongSteps(input) ? 'process' : 'none' }
}

import { createReadStream } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FixtureReport, FixtureRequest, Listeners } from '../../cli/actions.js'
import { djangoModelsFile } from '../../config/django-models-file.js'
import { outputPlace, putInPlace } from '../../core/files/output-place.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { fixtureFileName } from '../../core/names.js'
import type { FixtureInput, FixtureResult } from '../../jobs/fixture/fixture-types.js'
import type { ChosenDatabase } from '../../jobs/job-types.js'
import { runJob } from '../../jobs/wall/run-job.js'
import type { ProcessContext } from '../process-context.js'
import { withScratchFolder } from '../scratch-folder.js'
import { syncStandardOutput } from '../standard-output.js'
import { askedExport, askedPlace, requireFilled } from './asked-export.js'
import { proveFixture } from './prove-fixture.js'
import { refuseDatabaseFiles } from './refuse-database-files.js'

/** Finished before a byte of it is seen: after an error there is no half of a fixture. */
export async function fixtureAction(
  context: ProcessContext,
  request: FixtureRequest,
  listeners: Listeners,
): Promise<FixtureReport> {
  return askedExport(context, request, (database) =>
    exportFixture(context, { request, database }, listeners),
  )
}

interface Asked {
  readonly request: FixtureRequest
  readonly database: ChosenDatabase
}

async function exportFixture(
  context: ProcessContext,
  { request, database }: Asked,
  listeners: Listeners,
): Promise<FixtureResult> {
  const { models, wish, out } = request
  const at = new Date()
  const input: Omit<FixtureInput, 'file'> = {
    database,
    ...(models.length > 0 && { models }),
    verify: false,
    at: at.toISOString(),
    busyTimeoutMs: context.config().settings.busyTimeout * 1000,
    wish,
    ...djangoModelsFile(context.config()),
  }
  const wall = { ...listeners, wall: 'none' } as const
  if ('stream' in out)
    return withScratchFolder(context, async (work) => {
      const file = join(work, 'fixture')
      const result = await runJob('exportFixture', { ...input, file, temporary: true }, wall)
      requireFilled(request, result, database)
      await pipeline(createReadStream(file), out.stream, { end: false, signal: listeners.signal })
      syncStandardOutput()
      return { ...result, file: '-' }
    })
  const usualName = fixtureFileName(at)
  const place = await outputPlace(
    await askedPlace(context, request, { out, usualName, database, at }),
  )
  refuseDatabaseFiles(place.file, [input.database])
  return withWorkFolder(dirname(place.file), async (work) => {
    const result = await runJob('exportFixture', { ...input, file: join(work, 'fixture') }, wall)
    requireFilled(request, result, database)
    if (request.prove) await proveFixture({ input, work, result }, listeners)
    return { ...result, file: await putInPlace(join(work, 'fixture'), place) }
  })
}

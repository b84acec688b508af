import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'
import type { Listeners } from '../../cli/actions.js'
import type { FixtureInput, FixtureResult } from '../../jobs/fixture/fixture-types.js'
import type { ModelCount } from '../../jobs/job-types.js'
import { runJob } from '../../jobs/wall/run-job.js'

interface FinishedFixture {
  readonly input: Omit<FixtureInput, 'file'>
  /** The folder that it stands in, as `fixture`. */
  readonly work: string
  readonly result: Pick<FixtureResult, 'models'>
}

/**
 * Reads a fixture to its end, and counts what it holds against what was written. Of SQLite it is made
 * rows of the database's own tables, too, in a scratch database that is compared.
 */
export async function proveFixture(
  { input, work, result }: FinishedFixture,
  listeners: Listeners,
): Promise<void> {
  const { database, djangoModels } = input
  const file = join(work, 'fixture')
  const read = await runJob(
    'verify',
    {
      file,
      expect: [],
      workFolder: work,
      ...(database.address.engine === 'sqlite' && { against: database }),
      ...(djangoModels !== undefined && { djangoModels }),
    },
    { ...listeners, wall: 'process' },
  )
  const found = counts(read.models)
  for (const [model, records] of counts(result.models))
    if (found.get(model) !== records)
      throw new OctavoError(
        'verify-failed',
        `the fixture holds ${found.get(model) ?? 0} records of ${model}, and ${records} were exported`,
      )
}

function counts(models: readonly ModelCount[]): ReadonlyMap<string, number> {
  const filled = models.filter(({ records }) => records > 0)
  return new Map(filled.map(({ model, records }) => [foldCase(model), records]))
}

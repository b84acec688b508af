import { OctavoError } from '../core/errors.js'
import type { ChosenDatabase, TargetDescription } from '../jobs/job-types.js'
import { runJob } from '../jobs/wall/run-job.js'

/** Throws where there is no file, or none with tables. */
export async function requireContent(
  target: ChosenDatabase,
  signal: AbortSignal,
): Promise<TargetDescription> {
  const found = await runJob('describe', { target }, { wall: 'process', signal })
  const { shown } = target.address
  if (!found.exists)
    throw new OctavoError('database-not-found', `the database ${shown} does not exist`)
  if (found.tables === 0)
    throw new OctavoError('database-empty', `the database ${shown} has no tables`)
  return found
}

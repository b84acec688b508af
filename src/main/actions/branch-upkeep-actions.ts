import type { AdoptReport, CompactReport, Listeners } from '../../cli/actions.js'
import { givenSettings } from '../../config/given-settings.js'
import { adoptBackups } from '../../archiver/adopt-backups.js'
import { compactBranch } from '../../archiver/compact-branch.js'
import { githubPlace } from '../github-place.js'
import { neededSettings } from '../needed-settings.js'
import type { ProcessContext } from '../process-context.js'
import { withScratchFolder } from '../scratch-folder.js'
import { systemClock } from '../system-clock.js'

export async function adoptAction(
  context: ProcessContext,
  listeners: Listeners,
): Promise<AdoptReport> {
  const github = placeOf(context)
  return withScratchFolder(context, (workFolder) =>
    adoptBackups({ github, workFolder, clock: systemClock, ...listeners }),
  )
}

export async function compactAction(
  context: ProcessContext,
  listeners: Listeners,
): Promise<CompactReport> {
  // The number that the workflow keeps may be set there only: what is not said here prunes nothing.
  const said = givenSettings(context.environment, context.folder).values.has('backupKeep')
  const keep = said ? context.config().settings.backupKeep : Number.MAX_SAFE_INTEGER
  return compactBranch({ github: placeOf(context), keep, clock: systemClock, ...listeners })
}

function placeOf(context: ProcessContext) {
  const { settings } = context.config()
  return githubPlace(settings, neededSettings(settings, ['repository', 'githubToken']))
}

import { resolve } from 'node:path'
import type { Listeners } from '../../cli/actions.js'
import { reportFailure, type RunReport } from '../../archiver/run-report.js'
import { usableSettings } from '../../config/usable-settings.js'
import { githubPlace } from '../github-place.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'

interface Wishes {
  readonly what: string
  readonly titles: RunReport['titles']
  /** Where the backups are, if that is known already. */
  readonly repository: string | undefined
}

/** Who is told of a run: by default an issue in GitHub Actions only, where nobody sits before it. */
export function runReportOf(
  { environment, folder }: ProcessContext,
  { what, titles, repository }: Wishes,
  listeners: Listeners,
): RunReport {
  // Wrong settings are told, too: with those that are right.
  const settings = usableSettings(environment, folder)
  const { githubToken, githubRunId, githubServerUrl, githubRepository, githubStepSummary } =
    settings
  const wanted = settings.reportIssue ?? githubRunId !== undefined
  const known = repository !== undefined && githubToken !== undefined
  return {
    what,
    titles,
    issuesAt: wanted && known ? githubPlace(settings, { repository, githubToken }) : null,
    ...(githubRunId !== undefined &&
      githubRepository !== undefined && {
        runUrl: `${githubServerUrl.replace(/\/+$/, '')}/${githubRepository}/actions/runs/${githubRunId}`,
      }),
    ...(githubStepSummary && { summaryFile: resolve(folder, githubStepSummary) }),
    clock: systemClock,
    ...listeners,
  }
}

/** Runs `work`; its failure is told before it is thrown on. */
export async function reportingFailure<T>(
  { terminal }: ProcessContext,
  report: RunReport,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    for (const warning of await reportFailure(report, error))
      terminal.err.write(`warning: ${warning}\n`)
    throw error
  }
}

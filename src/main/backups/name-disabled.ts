import type { Finding } from '../../core/backups/notifier.js'
import { githubPlace } from '../github-place.js'
import type { ProcessContext } from '../process-context.js'

/**
 * Says of an archiver that stopped which workflow GitHub has disabled, where GITHUB_TOKEN lets us ask.
 * What can't be asked is left as it is: the finding stands in any case.
 */
export async function nameDisabled(
  context: ProcessContext,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { settings } = context.config()
  const { githubToken, githubRepository, archiveRepository } = settings
  const repository = githubRepository ?? archiveRepository
  const hasStopped = findings.some(({ check }) => check === 'archive-stopped')
  if (!hasStopped || githubToken === undefined || repository === undefined) return findings
  const place = githubPlace(settings, { repository, githubToken })
  const { disabledWorkflows } = await import('../../archiver/disabled-workflows.js')
  const disabled = await disabledWorkflows(place, { signal }).catch(() => [])
  if (disabled.length === 0) return findings
  const names = disabled.map(({ name }) => `"${name}"`).join(', ')
  const pages = disabled.map(({ url }) => url).join(' and ')
  return findings.map((finding) =>
    finding.check !== 'archive-stopped'
      ? finding
      : {
          ...finding,
          message: `${finding.message}: GitHub has disabled ${names} of ${repository}, where nothing happened for 60 days`,
          hint: `Enable it again: ${pages}. ${finding.hint}`,
        },
  )
}

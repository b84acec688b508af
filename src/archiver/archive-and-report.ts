import { messageOf } from '../core/message-of.js'
import { connectGitHub } from '../stores/github/connect-github.js'
import { archive } from './archive.js'
import type { ArchiveOptions, ArchiveResult } from './archive-types.js'
import { branchBytes } from './github/branch-bytes.js'
import { jobSummary } from './job-summary.js'
import { reportSuccess, type RunReport } from './run-report.js'
import { tellService } from './tell-service.js'

/**
 * Archives, and tells of it: the service, the issue of an earlier failure, the page of the run. The
 * backup is on the branch before any of that: what can not be told is a warning. A failure is thrown
 * as `archive` throws it, for whoever holds the report.
 */
export async function archiveAndReport(
  options: ArchiveOptions,
  report: RunReport,
): Promise<ArchiveResult> {
  const result = await archive(options)
  const warnings = [...result.warnings]
  const untold = await tellOfCommit(options, result)
  if (untold !== null) warnings.push(untold)
  const size = await sizeOrWarning(options, result, warnings)
  const unreported = await reportSuccess(report, {
    comment: `It works again: ${result.name} is on the branch.\n`,
    summaryOf: (more) =>
      jobSummary({ ...result, warnings: [...warnings, ...more] }, { branchBytes: size }),
  })
  return { ...result, warnings: [...warnings, ...unreported] }
}

function tellOfCommit(
  { backupUrl, backupKey, clock, signal }: ArchiveOptions,
  { manifest, repository, commit, name }: ArchiveResult,
): Promise<string | null> {
  const { database, content_sha256 } = manifest
  const at = clock.now().toISOString()
  const notice = { database: database.name, repository, commit, name, content_sha256, at }
  return tellService({ backupUrl, backupKey, notice, clock, ...(signal && { signal }) })
}

async function sizeOrWarning(
  { github, signal }: ArchiveOptions,
  { commit }: ArchiveResult,
  warnings: string[],
): Promise<number | null> {
  try {
    return await branchBytes(await connectGitHub(github, signal ? { signal } : {}), commit)
  } catch (error) {
    warnings.push(messageOf(error))
    return null
  }
}

import type { Listeners, VerifyRequest } from '../../cli/actions.js'
import { parseArchiveAddress } from '../../archiver/archive-address.js'
import type { Manifest } from '../../archiver/manifest.js'
import { reportSuccess } from '../../archiver/run-report.js'
import { verifySummary } from '../../archiver/verify-summary.js'
import type { VerifyResult } from '../../jobs/job-types.js'
import type { ProcessContext } from '../process-context.js'
import { reportingFailure, runReportOf } from './run-report-of.js'

interface Verified {
  readonly result: VerifyResult
  /** Of a backup that was fetched from GitHub. */
  readonly manifest: Manifest | null
}

/**
 * A backup on GitHub that does not restore is told where failed backups are told: on the page of the
 * run and in an issue. Its issue is one of its own: a backup that works says nothing of it, and a
 * database that restores says nothing of another one.
 */
export async function reportingVerify(
  context: ProcessContext,
  { request, listeners }: { readonly request: VerifyRequest; readonly listeners: Listeners },
  verify: () => Promise<Verified>,
): Promise<VerifyResult> {
  const address = parseArchiveAddress(request.file)
  if (address === null) return (await verify()).result
  const { repository, database } = address
  const title = (name: string) => `Octavo: the check of the backups of ${name} failed`
  const ofRepository = title(repository)
  const report = runReportOf(
    context,
    {
      what: 'The check of the backup',
      titles:
        database === undefined
          ? [ofRepository]
          : [title(`${repository} (${database})`), ofRepository],
      repository,
    },
    listeners,
  )
  return reportingFailure(context, report, async () => {
    const { result, manifest } = await verify()
    const told = { repository, manifest, result, now: report.clock.now() }
    const warnings = await reportSuccess(report, {
      comment: `It works again: ${manifest?.name ?? 'the backup'} restores.\n`,
      summaryOf: (more) => verifySummary({ ...told, warnings: [...result.warnings, ...more] }),
    })
    return { ...result, warnings: [...result.warnings, ...warnings] }
  })
}

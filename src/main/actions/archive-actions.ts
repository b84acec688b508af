import { resolve } from 'node:path'
import type { ArchiveReport, FetchReport, FetchRequest, Listeners } from '../../cli/actions.js'
import { parseArchiveAddress } from '../../archiver/archive-address.js'
import { archiveAndReport } from '../../archiver/archive-and-report.js'
import { fetchBackup } from '../../archiver/fetch-backup.js'
import type { RunReport } from '../../archiver/run-report.js'
import { sourceOf } from '../../archiver/series.js'
import type { Settings } from '../../config/config-schema.js'
import { usableSettings } from '../../config/usable-settings.js'
import { githubPlace } from '../github-place.js'
import { neededSettings } from '../needed-settings.js'
import type { ProcessContext } from '../process-context.js'
import { withScratchFolder } from '../scratch-folder.js'
import { systemClock } from '../system-clock.js'
import { reportingFailure, runReportOf } from './run-report-of.js'

export async function archiveAction(
  context: ProcessContext,
  listeners: Listeners,
): Promise<ArchiveReport> {
  const settings = usableSettings(context.environment, context.folder)
  const titles = titlesOf(settings)
  const repository = settings.archiveRepository ?? settings.githubRepository
  const report = runReportOf(context, { what: 'The backup', titles, repository }, listeners)
  return reportingFailure(context, report, () => runArchive(context, report, listeners))
}

async function runArchive(
  context: ProcessContext,
  report: RunReport,
  listeners: Listeners,
): Promise<ArchiveReport> {
  const { settings } = context.config()
  const names = ['backupUrl', 'backupApiKey', 'repository', 'githubToken'] as const
  const needed = neededSettings(settings, names)
  const result = await withScratchFolder(context, (workFolder) => {
    const options = {
      backupUrl: needed.backupUrl,
      backupKey: needed.backupApiKey,
      github: githubPlace(settings, needed),
      keep: settings.backupKeep,
      allowPublic: settings.allowPublicRepository,
      workFolder,
      clock: systemClock,
      ...listeners,
    }
    return archiveAndReport(options, report)
  })
  const { repository, branch, commit, name, manifest, unchanged, kept, pruned, warnings } = result
  const { size: bytes, records } = manifest
  return { repository, branch, commit, name, bytes, records, unchanged, kept, pruned, warnings }
}

/**
 * Told by the service and the database, as workflows of one repository may back up several; by the
 * repository where that is not set. What works again closes both.
 */
function titlesOf({ backupUrl, githubRepository }: Settings): RunReport['titles'] {
  const title = (name: string) => `Octavo: the backup of ${name} failed`
  const ofRepository = title(githubRepository ?? 'the database')
  if (backupUrl === undefined || !URL.canParse(backupUrl)) return [ofRepository]
  const address = new URL(backupUrl)
  const database = address.searchParams.get('database')
  const of = database === null ? '' : ` (${database})`
  return [title(`${sourceOf(address) ?? address.host}${of}`), ofRepository]
}

export async function fetchAction(
  context: ProcessContext,
  { which, database: named, out }: FetchRequest,
  listeners: Listeners,
): Promise<FetchReport> {
  const { settings } = context.config()
  const address = parseArchiveAddress(which)
  const database = named ?? address?.database
  const needed = neededSettings(
    address === null ? settings : { ...settings, archiveRepository: address.repository },
    ['repository', 'githubToken'],
  )
  const { file, name, bytes, manifest, warnings } = await fetchBackup({
    which: address?.which ?? which,
    ...(database !== undefined && { database }),
    out: resolve(context.folder, out.path ?? '.'),
    force: out.force,
    github: githubPlace(settings, needed),
    ...listeners,
  })
  return {
    file,
    name,
    bytes,
    records: manifest.records,
    exportDate: manifest.export_date,
    warnings,
  }
}

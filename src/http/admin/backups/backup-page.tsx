import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { countChanges } from '../../../core/backups/count-changes.js'
import type { MadeBackup } from '../../../core/backups/size-trend.js'
import { shownLabel } from '../../../core/labels.js'
import type { Role } from '../../../core/people.js'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import type { ErrorBody } from '../../error-answer.js'
import { kindWords } from '../jobs/job-words.js'
import { Failure } from '../page/failure.js'
import { Page, type Visit } from '../page/layout.js'
import { Notice, Status } from '../page/parts.js'
import { When } from '../page/when.js'
import { capitalised } from '../page/words.js'
import { BackupButtons } from './backup-buttons.js'
import { BackupCopies } from './backup-copies.js'
import { BackupDigests } from './backup-digests.js'
import { BackupFacts } from './backup-facts.js'
import { BackupModels } from './backup-models.js'

export interface BackupPageProps {
  readonly visit: Visit
  readonly role: Role
  readonly record: BackupRecord
  readonly before: MadeBackup | null
  readonly error: ErrorBody | null
  readonly warnings: readonly string[]
  /** Null where nothing was kept. */
  readonly log: string | null
  /** Those that work on it now. */
  readonly running: readonly BoardJob[]
}

/** All that is known of one run, what went wrong first. */
export function BackupPage(props: BackupPageProps): VNode {
  const { visit, role, record, before, error, warnings, log, running } = props
  const { id, database, label, status, startedAt, manifest } = record
  const { base } = visit
  return (
    <Page
      visit={visit}
      title={`Backup of ${database}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC`}
    >
      <p>
        <a href={`${base}/backups`}>Backup history</a>
      </p>
      <h1>
        Backup of {database}, <When at={startedAt} />
      </h1>
      <p>
        <Status status={status} /> <span class="label">{shownLabel(label)}</span>{' '}
        {record.pinned && <span class="label">pinned</span>} <code data-copy="the id">{id}</code>
      </p>
      {error && <Failure error={error} />}
      <State base={base} record={record} running={running} />
      {warnings.length > 0 && (
        <Notice tone="warn" title="What the run warned of">
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{capitalised(warning)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <BackupButtons visit={visit} role={role} record={record} />
      <BackupFacts base={base} record={record} before={before} />
      <BackupCopies record={record} />
      {manifest && (
        <>
          <BackupModels
            base={base}
            before={before}
            changes={countChanges(manifest, before?.manifest ?? null)}
          />
          <BackupDigests address={`${base}/backups/${id}/manifest.json`} manifest={manifest} />
        </>
      )}
      <h2>Log</h2>
      {log === null ? (
        <p class="help">Nothing is kept of what this run told.</p>
      ) : (
        <pre class="log" tabIndex={0} aria-label="Log">
          {log}
        </pre>
      )}
    </Page>
  )
}

/** What is special about it, and where to go on. */
function State({
  base,
  record,
  running,
}: Pick<BackupPageProps, 'record' | 'running'> & { readonly base: string }): VNode | null {
  const { unchangedFrom, manifest, copies, status } = record
  const links = running.map(({ id, kind }) => (
    <p key={id}>
      <a href={`${base}/jobs/${id}`}>Follow the {kindWords[kind].toLowerCase()}</a>
    </p>
  ))
  if (status === 'in-progress')
    return (
      <Notice tone="quiet" title="This backup is being made.">
        {links}
      </Notice>
    )
  if (links.length > 0)
    return (
      <Notice tone="quiet" title="Something works on this backup.">
        {links}
      </Notice>
    )
  if (unchangedFrom !== null)
    return (
      <Notice tone="quiet" title="Nothing had changed, so nothing new was stored.">
        <p>
          The same content is in <a href={`${base}/backups/${unchangedFrom}`}>{unchangedFrom}</a>.
        </p>
      </Notice>
    )
  if (status === 'success' && manifest && copies.length === 0)
    return (
      <Notice tone="quiet" title="No store holds this backup any more.">
        <p>It was pruned or removed. What it held is still listed here.</p>
      </Notice>
    )
  return null
}

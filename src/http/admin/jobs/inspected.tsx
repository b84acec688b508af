import type { VNode } from 'preact'
import { shownLabel } from '../../../core/labels.js'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import type { InspectedBackup } from '../../backups/backup-desk.js'
import { Facts } from '../page/parts.js'
import { When } from '../page/when.js'
import { counted, showSize } from '../page/words.js'

export interface InspectedProps {
  readonly base: string
  readonly job: BoardJob
  readonly outcome: InspectedBackup
  readonly mayRestore: boolean
}

const formatWords: Readonly<Record<InspectedBackup['format'], string>> = {
  json: 'JSON document',
  sqlite: 'native copy of SQLite',
  custom: 'dump of pg_dump, custom',
  sql: 'dump of pg_dump, plain SQL',
  django: 'fixture of Django',
}

/** What a file that was sent holds. */
export function Inspected({ base, job, outcome, mayRestore }: InspectedProps): VNode {
  const { format, encrypted, compressed, bytes, header, records, tables } = outcome
  const packed = [encrypted && 'encrypted', compressed && 'compressed'].filter(Boolean).join(', ')
  return (
    <>
      <Facts
        facts={[
          [
            'File',
            `${formatWords[format]}${packed === '' ? '' : `, ${packed}`}, ${showSize(bytes)}`,
          ],
          ['Holds', `${counted(records, 'record')} in ${counted(tables, 'table')}`],
          ['Of', header && `${header.database.name} (${shownLabel(header.database.label)})`],
          ['Made', header && <When at={header.export_date} />],
        ]}
      />
      {mayRestore && (
        <p>
          <a class="button" href={`${base}/restore/plan?upload=${String(job.backup)}`}>
            Choose what to restore
          </a>{' '}
          <span class="help">The file is here for an hour, and in no store.</span>
        </p>
      )}
    </>
  )
}

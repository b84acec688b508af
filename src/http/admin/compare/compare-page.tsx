import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { formatWords } from '../../../core/export-formats.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty, Field, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'
import { counted } from '../page/words.js'

export interface ComparePageProps {
  readonly visit: Visit
  readonly record: BackupRecord
  /** Of the same database, newest first; what is to be chosen first is `first`. */
  readonly others: readonly BackupRecord[]
  readonly first: string | null
  readonly databases: readonly string[]
}

/** Asks what a backup is to be compared with. */
export function ComparePage({ visit, record, others, first, databases }: ComparePageProps): VNode {
  const { id, database, startedAt } = record
  const { base, csrf } = visit
  const action = `${base}/backups/${id}/compare`
  return (
    <Page visit={visit} title="Compare a backup">
      <h1>Compare a backup</h1>
      <p>
        <a href={`${base}/backups/${id}`}>
          The backup of {database}, <When at={startedAt} />
        </a>{' '}
        is compared record by record, in a process of its own. Nothing is changed.
      </p>
      <h2>With the database as it is now</h2>
      <PostForm action={action} csrf={csrf}>
        <Field id="database" label="Database">
          <select id="database" name="database">
            {databases.map((name) => (
              <option key={name} value={name} selected={name === database}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <button type="submit">Compare with the database</button>
      </PostForm>
      <h2>With another backup</h2>
      {others.length === 0 ? (
        <Empty title={`There is no other backup of ${database} in a store.`}>
          <p>
            <a href={`${base}/`}>Make one now</a>, or give the id of one of another database.
          </p>
        </Empty>
      ) : null}
      <PostForm action={action} csrf={csrf}>
        {others.length > 0 && (
          <Field id="backup" label="Backup">
            <select id="backup" name="backup">
              {others.map((other) => (
                <option key={other.id} value={other.id} selected={other.id === first}>
                  {shortly(other)}
                </option>
              ))}
            </select>
          </Field>
        )}
        <Field
          id="other"
          label="Or its id"
          help="As the backup history shows it; what is chosen above is not looked at then."
        >
          <input
            id="other"
            type="text"
            name="other"
            autocomplete="off"
            spellcheck={false}
            aria-describedby="other-help"
          />
        </Field>
        <button type="submit">Compare the backups</button>
      </PostForm>
    </Page>
  )
}

function shortly({ id, startedAt, label, format, manifest }: BackupRecord): string {
  const parts = [
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    ...(label === '' ? [] : [label]),
    counted(manifest?.records ?? 0, 'record'),
    formatWords[format],
    id,
  ]
  return parts.join(' · ')
}

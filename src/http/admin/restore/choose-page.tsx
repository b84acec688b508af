import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { provedAt } from '../../../core/backups/good-backups.js'
import { shownLabel } from '../../../core/labels.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty, Field, Scrolling } from '../page/parts.js'
import { When } from '../page/when.js'
import { showCount, showSize } from '../page/words.js'
import { Steps } from './steps.js'

export interface ChoosePageProps {
  readonly visit: Visit
  /** The newest that stores hold. */
  readonly backups: readonly BackupRecord[]
  readonly databases: readonly string[]
}

export function ChoosePage({ visit, backups, databases }: ChoosePageProps): VNode {
  const { base, csrf } = visit
  return (
    <Page visit={visit} title="Restore">
      <h1>Restore</h1>
      <Steps at={1} />
      <p>
        Nothing is changed until you have seen what would change, and have confirmed it. What is
        there now is kept as a safety copy, and a restore can be undone.
      </p>
      <h2>A backup</h2>
      {backups.length === 0 ? (
        <Empty title="No store holds a backup yet.">
          <p>
            <a href={`${base}/`}>Back up now</a>, or send a file below.
          </p>
        </Empty>
      ) : (
        <Backups visit={visit} backups={backups} />
      )}
      <h2>A file that you have</h2>
      <form
        method="post"
        action={`${base}/restore/upload`}
        encType="multipart/form-data"
        class="narrow"
      >
        <input type="hidden" name="_csrf" value={csrf} />
        <Field
          id="file"
          label="File"
          help="An export or a backup: JSON, a native copy, a dump or a fixture, packed or encrypted as it is."
        >
          <input id="file" name="file" type="file" required aria-describedby="file-help" />
        </Field>
        <button type="submit" class="second">
          Send it, and look what it holds
        </button>
      </form>
      <h2>Take back the last restore</h2>
      <ul>
        {databases.map((name) => (
          <li key={name}>
            <a href={`${base}/undo/${encodeURIComponent(name)}`}>Undo the last restore of {name}</a>
          </li>
        ))}
      </ul>
    </Page>
  )
}

function Backups({ visit, backups }: Pick<ChoosePageProps, 'visit' | 'backups'>): VNode {
  return (
    <>
      <Scrolling label="Backups">
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">Made</th>
              <th scope="col">Database</th>
              <th scope="col" class="number">
                Records
              </th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col">Verified</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {backups.map((record) => {
              const verifiedAt = provedAt(record)
              return (
                <tr key={record.id}>
                  <td data-name="Made">
                    <When at={record.startedAt} />
                  </td>
                  <td data-name="Database">
                    {record.database} <span class="label">{shownLabel(record.label)}</span>
                  </td>
                  <td data-name="Records" class="number">
                    {showCount(record.manifest?.records ?? 0)}
                  </td>
                  <td data-name="Size" class="number">
                    {showSize(record.manifest?.archive.size ?? 0)}
                  </td>
                  <td data-name="Verified">
                    {verifiedAt === null ? 'when it was made' : <When at={verifiedAt} />}
                  </td>
                  <td>
                    <a
                      class="button second"
                      href={`${visit.base}/restore/plan?backup=${record.id}`}
                      aria-label={`Choose ${record.id}`}
                    >
                      Choose
                    </a>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scrolling>
      <p>
        Older ones are in the <a href={`${visit.base}/backups`}>backup history</a>: each has its
        page, and “Restore” there.
      </p>
    </>
  )
}

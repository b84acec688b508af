import type { VNode } from 'preact'
import type { PrunedStore } from '../../backups/backup-desk.js'
import { Dot, PostForm, Scrolling } from '../page/parts.js'
import { When } from '../page/when.js'
import { counted, showSize } from '../page/words.js'

export interface PruneOutcomeProps {
  readonly base: string
  /** Null for who may not prune. */
  readonly csrf: string | null
  readonly stores: readonly PrunedStore[]
}

/** Of each store what stays and what goes, and why. */
export function PruneOutcome({ base, csrf, stores }: PruneOutcomeProps): VNode {
  const goes = stores.flatMap(({ backups }) => backups.filter(({ kept }) => !kept))
  const isDryRun = stores.some(({ dryRun }) => dryRun)
  return (
    <>
      <p>
        {goes.length === 0
          ? 'The policies keep every backup: nothing goes.'
          : `${isDryRun ? 'Would go' : 'Removed'}: ${counted(goes.length, 'copy', 'copies')}.`}
      </p>
      {stores.map((store) => (
        <Store key={store.store} base={base} store={store} />
      ))}
      {isDryRun && goes.length > 0 && csrf !== null && (
        <PostForm action={`${base}/prune`} csrf={csrf} class="buttons">
          <input type="hidden" name="really" value="true" />
          <button type="submit" class="danger">
            Remove what the policies do not keep
          </button>
          <span class="help">By the policies as they are then. Pinned backups stay.</span>
        </PostForm>
      )}
    </>
  )
}

function Store({ base, store }: { readonly base: string; readonly store: PrunedStore }): VNode {
  const { store: name, dryRun, backups } = store
  return (
    <section>
      <h2>{name}</h2>
      {backups.length === 0 ? (
        <p class="help">It holds no backup.</p>
      ) : (
        <Scrolling label={`Backups in ${name}`}>
          <table class="stacked">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Backup</th>
                <th scope="col">Database</th>
                <th scope="col" class="number">
                  Size
                </th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {backups.map(({ id, database, takenAt, size, kept, reasons }) => (
                <tr key={id}>
                  <td data-name="What">
                    <Dot tone={kept ? 'good' : 'warn'}>
                      {kept ? 'Stays' : dryRun ? 'Would go' : 'Removed'}
                    </Dot>
                  </td>
                  <td data-name="Backup">
                    <a href={`${base}/backups/${id}`}>
                      <When at={takenAt} />
                    </a>
                  </td>
                  <td data-name="Database">{database}</td>
                  <td data-name="Size" class="number">
                    {showSize(size)}
                  </td>
                  <td data-name="Why">{reasons.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </section>
  )
}

import type { VNode } from 'preact'
import { mayDo } from '../../../core/people.js'
import type { ShownStore } from '../admin-desk.js'
import { Page, type Visit } from '../page/layout.js'
import { Facts, Notice, PostForm } from '../page/parts.js'
import { counted, showSize } from '../page/words.js'
import type { HeldBackups } from './held-backups.js'
import { policyWords } from './policy-words.js'

export interface StoresPageProps {
  readonly visit: Visit
  readonly stores: readonly ShownStore[]
  /** By the name of the store. */
  readonly held: ReadonlyMap<string, HeldBackups>
  readonly mayTest: boolean
  readonly maySeePaths: boolean
}

export function StoresPage({ visit, stores, held, ...may }: StoresPageProps): VNode {
  const gone = [...held].filter(([name]) => !stores.some((store) => store.name === name))
  return (
    <Page visit={visit} title="Stores">
      <h1>Stores</h1>
      <p>
        Every backup goes into each of these, and is read back from it. Pinned backups, the newest
        and the newest verified one stay, whatever the policy says.
      </p>
      {stores.map((store) => (
        <Store key={store.name} visit={visit} store={store} held={held.get(store.name)} {...may} />
      ))}
      {gone.length > 0 && (
        <Notice tone="warn" title="Backups are in stores that are not configured any more.">
          <ul>
            {gone.map(([name, { backups, bytes }]) => (
              <li key={name}>
                {name}: {counted(backups, 'backup')}, {showSize(bytes)}
              </li>
            ))}
          </ul>
          <p>Configure the store again to restore from it, or to have it pruned.</p>
        </Notice>
      )}
      {visit.person && mayDo(visit.person.role, 'prune') && (
        <PostForm class="buttons" action={`${visit.base}/prune`} csrf={visit.csrf}>
          <button type="submit" class="second">
            Show what the policies would remove
          </button>
          <span class="help">Nothing is removed by this. Every good backup prunes by itself.</span>
        </PostForm>
      )}
      <p class="help">
        Stores are read-only here: they come from the{' '}
        <a href={`${visit.base}/settings`}>settings</a>, and count from the next start of the
        service.
      </p>
    </Page>
  )
}

interface StoreProps extends Pick<StoresPageProps, 'visit' | 'mayTest' | 'maySeePaths'> {
  readonly store: ShownStore
  readonly held: HeldBackups | undefined
}

function Store({ visit, store, held, mayTest, maySeePaths }: StoreProps): VNode {
  const { name, kind, place, path, policy, setting, policySetting } = store
  const id = `store-${encodeURIComponent(name)}`
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{name}</h2>
        <span class="label">{kind}</span>
      </header>
      <Facts
        facts={[
          ['Place', path !== null && maySeePaths ? <code>{path}</code> : place],
          [
            'Holds',
            held === undefined ? (
              <>
                no backup yet: <a href={`${visit.base}/`}>make one</a>
              </>
            ) : (
              <a href={`${visit.base}/backups?store=${encodeURIComponent(name)}`}>
                {counted(held.backups, 'backup')}, {showSize(held.bytes)}
              </a>
            ),
          ],
          [
            'Retention',
            <>
              {policyWords(policy)}{' '}
              <span class="help">
                {policySetting === null ? (
                  'By default.'
                ) : (
                  <>
                    Set by <code>{policySetting}</code>.
                  </>
                )}
              </span>
            </>,
          ],
          ['Set by', <code>{setting}</code>],
        ]}
      />
      {mayTest && (
        <PostForm class="buttons" action={`${visit.base}/stores/test`} csrf={visit.csrf}>
          <input type="hidden" name="store" value={name} />
          <button type="submit" class="second">
            Test<span class="said"> {name}</span>
          </button>
          <span class="help">
            Stores, reads, lists and removes files of its own, of some 50 MB in all. Backups are not
            touched.
          </span>
        </PostForm>
      )}
    </section>
  )
}

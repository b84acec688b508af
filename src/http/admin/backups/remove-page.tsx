import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { Page, type Visit } from '../page/layout.js'
import { Facts, Notice, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'
import { capitalised, showCount, showSize } from '../page/words.js'

export interface RemovePageProps {
  readonly visit: Visit
  readonly record: BackupRecord
  /** What speaks against it, as a sentence without its end; null for nothing. */
  readonly kept: string | null
}

/** Asks before a backup is gone. */
export function RemovePage({ visit, record, kept }: RemovePageProps): VNode {
  const { id, database, startedAt, manifest, copies, pinned } = record
  const here = `${visit.base}/backups/${id}`
  const isHeld = copies.length > 0
  return (
    <Page visit={visit} title="Remove this backup?">
      <h1>{isHeld ? 'Remove this backup?' : 'Remove this run from the history?'}</h1>
      <Facts
        facts={[
          ['Database', database],
          ['Started', <When key="started" at={startedAt} />],
          ['Id', <code key="id">{id}</code>],
          ['Records', manifest && showCount(manifest.records)],
          ['Size', manifest && showSize(manifest.archive.size)],
          ['Stores', isHeld ? copies.map(({ store }) => store).join(', ') : null],
        ]}
      />
      {kept !== null && (
        <Notice tone="bad" title={`${capitalised(kept)}.`}>
          <p>
            {pinned
              ? 'Nothing is removed that is pinned. Take the pin off first.'
              : 'Make another backup first: then this one is not the newest any more.'}
          </p>
        </Notice>
      )}
      {pinned ? (
        <PostForm action={`${here}/unpin`} csrf={visit.csrf}>
          <button type="submit" class="second">
            Unpin
          </button>
        </PostForm>
      ) : (
        <PostForm action={`${here}/remove`} csrf={visit.csrf}>
          <p>
            {isHeld
              ? 'It is removed from every store that holds it, and from the history. It can not be brought back.'
              : 'No store holds anything of it. Its entry and its log go.'}
          </p>
          {kept !== null && (
            <label class="check">
              <input type="checkbox" name="force" value="true" required /> Remove the newest
              verified backup all the same
            </label>
          )}
          <p class="buttons">
            <button type="submit" class="danger">
              Remove
            </button>
            <a href={here}>Keep it</a>
          </p>
        </PostForm>
      )}
    </Page>
  )
}

import type { VNode } from 'preact'
import type { KeptKey } from '../../../core/access.js'
import { Page, type Visit } from '../page/layout.js'
import { Facts, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'

export interface RevokeKeyPageProps {
  readonly visit: Visit
  readonly kept: KeptKey
}

export function RevokeKeyPage({ visit, kept }: RevokeKeyPageProps): VNode {
  const { name, scopes, createdAt } = kept
  const path = `${visit.base}/keys`
  return (
    <Page visit={visit} title="Revoke a key">
      <h1>Revoke the key {name}?</h1>
      <p>
        Whatever sends it is refused from then on. It can't be taken back: a new key is another one.
      </p>
      <Facts
        facts={[
          ['Opens', scopes.join(', ')],
          ['Created', <When at={createdAt.toISOString()} />],
        ]}
      />
      <div class="buttons">
        <PostForm action={`${path}/revoke`} csrf={visit.csrf}>
          <input type="hidden" name="name" value={name} />
          <button type="submit" class="danger">
            Revoke it
          </button>
        </PostForm>
        <a href={path}>Keep it</a>
      </div>
    </Page>
  )
}

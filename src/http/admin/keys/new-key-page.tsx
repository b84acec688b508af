import type { VNode } from 'preact'
import type { WantedKey } from '../../../core/access.js'
import { Page, type Visit } from '../page/layout.js'
import { Facts, Notice } from '../page/parts.js'
import { When } from '../page/when.js'

export interface NewKeyPageProps {
  readonly visit: Visit
  /** The key itself. Not called `key`, which is a word of preact. */
  readonly secret: string
  readonly made: WantedKey
}

export function NewKeyPage({ visit, secret, made }: NewKeyPageProps): VNode {
  const { name, scopes, expiresAt } = made
  return (
    <Page visit={visit} title="A new key">
      <h1>The key {name}</h1>
      <Notice tone="warn" title="Copy it now. It is shown this once, and kept nowhere.">
        <p>
          <code data-copy="the key">{secret}</code>
        </p>
      </Notice>
      <Facts
        facts={[
          ['Opens', scopes.join(', ')],
          ['Until', expiresAt === null ? 'it is revoked' : <When at={expiresAt.toISOString()} />],
        ]}
      />
      <p>
        Keep it where secrets are kept. Programs send it in the header{' '}
        <code>Authorization: Bearer …</code>; the service knows it already.
      </p>
      <p>
        <a href={`${visit.base}/keys`}>All keys</a>
      </p>
    </Page>
  )
}

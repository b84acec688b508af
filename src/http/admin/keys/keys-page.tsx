import type { VNode } from 'preact'
import { scopes, scopeWords, type KeptKey, type Scope } from '../../../core/access.js'
import type { ErrorBody } from '../../error-answer.js'
import { Failure } from '../page/failure.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty, Field, Notice, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'

interface GivenKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly days: number | null
}

export interface KeysPageProps {
  readonly visit: Visit
  readonly keys: readonly KeptKey[]
  /** Files that can't be read as keys. */
  readonly faults: readonly string[]
  readonly now: Date
  readonly failure?: ErrorBody
  /** What was typed, where it has to be corrected. */
  readonly given?: GivenKey
}

export function KeysPage({ visit, keys, faults, now, failure, given }: KeysPageProps): VNode {
  return (
    <Page visit={visit} title="Keys">
      <h1>Keys</h1>
      <p>
        A key opens the service for a program: a workflow, a script, a monitor. Besides these,{' '}
        <code>BACKUP_API_KEY</code> of the settings opens everything.
      </p>
      {faults.map((fault) => (
        <Notice key={fault} tone="warn" title={fault} />
      ))}
      {failure && <Failure error={failure} />}
      {keys.length === 0 ? (
        <Empty title="There is no key yet.">
          <p>Create one below for each program, so that each can be revoked by itself.</p>
        </Empty>
      ) : (
        <KeyTable visit={visit} keys={keys} now={now} />
      )}
      <NewKeyForm visit={visit} given={given ?? { name: '', scopes: [], days: null }} />
    </Page>
  )
}

function KeyTable({ visit, keys, now }: Pick<KeysPageProps, 'visit' | 'keys' | 'now'>): VNode {
  return (
    <table class="stacked">
      <thead>
        <tr>
          {['Name', 'Opens', 'Created', 'Until'].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
          <th scope="col">
            <span class="said">Revoke</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map(({ name, scopes: its, createdAt, expiresAt }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td data-name="Opens">{its.join(', ')}</td>
            <td data-name="Created">
              <When at={createdAt.toISOString()} />
            </td>
            <td data-name="Until">
              {expiresAt === null ? 'it is revoked' : <When at={expiresAt.toISOString()} />}
              {expiresAt !== null && expiresAt <= now && ' (over)'}
            </td>
            <td data-name="">
              <a href={`${visit.base}/keys/revoke?name=${encodeURIComponent(name)}`}>
                Revoke<span class="said"> {name}</span>
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function NewKeyForm({ visit, given }: { readonly visit: Visit; readonly given: GivenKey }): VNode {
  return (
    <section class="narrow" aria-labelledby="new-key">
      <h2 id="new-key">A new key</h2>
      <PostForm action={`${visit.base}/keys`} csrf={visit.csrf}>
        <Field
          id="name"
          label="Name"
          help="What it is for: letters, digits, - and _, such as deploy."
        >
          <input
            id="name"
            name="name"
            type="text"
            required
            maxLength={64}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={given.name}
            aria-describedby="name-help"
          />
        </Field>
        <fieldset>
          <legend>What it opens</legend>
          {scopes.map((scope) => (
            <label key={scope} class="check">
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                checked={given.scopes.includes(scope)}
              />
              <span>
                <strong>{scope}</strong>: {scopeWords[scope]}
              </span>
            </label>
          ))}
        </fieldset>
        <Field id="days" label="Days" help="How long it is valid. Empty: until it is revoked.">
          <input
            id="days"
            name="days"
            type="number"
            min={1}
            max={36_500}
            value={given.days ?? ''}
            aria-describedby="days-help"
          />
        </Field>
        <button type="submit">Create the key</button>
      </PostForm>
    </section>
  )
}

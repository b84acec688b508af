import type { VNode } from 'preact'
import type { ErrorBody } from '../../error-answer.js'
import { Failure } from '../page/failure.js'
import { Page, type Visit } from '../page/layout.js'
import { Field, PostForm } from '../page/parts.js'

export interface FirstRunPageProps {
  readonly visit: Visit
  readonly token: string
  readonly name?: string
  readonly failure?: ErrorBody
}

export function FirstRunPage({ visit, token, name, failure }: FirstRunPageProps): VNode {
  return (
    <Page visit={visit} title="The first account">
      <h1>The first account</h1>
      <p>
        Nobody can log in yet. This account may do everything, and makes the accounts of the others.
      </p>
      {failure && <Failure error={failure} />}
      <PostForm action={`${visit.base}/first-run`} csrf={visit.csrf}>
        <input type="hidden" name="token" value={token} />
        <Field
          id="name"
          label="Name"
          help="Letters, digits and . _ - @, such as ada or ada@example.org."
        >
          <input
            id="name"
            name="name"
            type="text"
            required
            autofocus
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            value={name ?? ''}
            aria-describedby="name-help"
          />
        </Field>
        <NewPassword />
        <button type="submit">Create the account</button>
      </PostForm>
    </Page>
  )
}

/** A password that is new, twice. */
export function NewPassword(): VNode {
  return (
    <>
      <Field
        id="password"
        label="Password"
        help="12 characters or more. Several words are easy to keep in mind."
      >
        <input
          id="password"
          name="password"
          type="password"
          required
          minlength={12}
          autocomplete="new-password"
          aria-describedby="password-help"
        />
      </Field>
      <Field id="again" label="The password once more">
        <input
          id="again"
          name="again"
          type="password"
          required
          minlength={12}
          autocomplete="new-password"
        />
      </Field>
    </>
  )
}

import type { VNode } from 'preact'
import type { Person } from '../../../core/people.js'
import { Page, type Visit } from '../page/layout.js'
import { Facts, Field, PostForm } from '../page/parts.js'
import { NewPassword } from '../session/first-run-page.js'
import { roleWords } from '../users/role-words.js'

export function AccountPage({
  visit,
  person,
}: {
  readonly visit: Visit
  readonly person: Person
}): VNode {
  const { base, csrf } = visit
  return (
    <Page visit={visit} title="Your account">
      <h1>Your account</h1>
      <Facts
        facts={[
          ['Name', person.name],
          ['Role', `${person.role}: may ${roleWords[person.role]}`],
          [
            'Account',
            person.kind === 'user' ? 'of this service' : 'of the app, which has its password',
          ],
        ]}
      />
      {person.kind === 'user' && (
        <section aria-labelledby="password-title" class="narrow">
          <h2 id="password-title">Another password</h2>
          <PostForm action={`${base}/account/password`} csrf={csrf}>
            <Field id="current" label="The password of now">
              <input
                id="current"
                name="current"
                type="password"
                required
                autocomplete="current-password"
              />
            </Field>
            <NewPassword />
            <button type="submit">Change the password</button>
          </PostForm>
        </section>
      )}
      <section aria-labelledby="sessions-title">
        <h2 id="sessions-title">Sessions</h2>
        <p>A session ends after an hour without a request, and twelve hours after the login.</p>
        <PostForm action={`${base}/account/log-out-everywhere`} csrf={csrf}>
          <button type="submit" class="second">
            Log out everywhere
          </button>
        </PostForm>
      </section>
    </Page>
  )
}

import type { VNode } from 'preact'
import type { User } from '../../../core/people.js'
import { Page, type Visit } from '../page/layout.js'
import { Facts, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'
import { NewPassword } from '../session/first-run-page.js'
import { RoleField } from './users-page.js'

export interface UserPageProps {
  readonly visit: Visit
  readonly user: User
  /** Of who asks. */
  readonly isOwn: boolean
}

export function UserPage({ visit, user, isOwn }: UserPageProps): VNode {
  const { name, role, createdAt, passwordSetAt } = user
  const { base } = visit
  return (
    <Page visit={visit} title={`The account ${name}`}>
      <h1>The account {name}</h1>
      <Facts
        facts={[
          ['Role', role],
          ['Created', <When at={createdAt.toISOString()} />],
          ['Password set', <When at={passwordSetAt.toISOString()} />],
        ]}
      />
      {isOwn ? (
        <p>
          This is your own account. Its password is changed on{' '}
          <a href={`${base}/account`}>your page</a>; another admin can change its role or remove it.
        </p>
      ) : (
        <Forms visit={visit} user={user} />
      )}
      <p>
        <a href={`${base}/users`}>All users</a>
      </p>
    </Page>
  )
}

function Forms({ visit, user }: Pick<UserPageProps, 'visit' | 'user'>): VNode {
  const { base, csrf } = visit
  const { name, role } = user
  const path = `${base}/users`
  const named = <input type="hidden" name="name" value={name} />
  return (
    <>
      <section class="narrow" aria-labelledby="role-title">
        <h2 id="role-title">Another role</h2>
        <PostForm action={`${path}/role`} csrf={csrf}>
          {named}
          <RoleField role={role} />
          <button type="submit">Change the role</button>
        </PostForm>
      </section>
      <section class="narrow" aria-labelledby="password-title">
        <h2 id="password-title">A new password</h2>
        <PostForm action={`${path}/password`} csrf={csrf}>
          {named}
          <NewPassword />
          <button type="submit">Set the password</button>
        </PostForm>
      </section>
      <section aria-labelledby="end-title">
        <h2 id="end-title">Sessions and removal</h2>
        <div class="buttons">
          <PostForm action={`${path}/log-out`} csrf={csrf}>
            {named}
            <button type="submit" class="second">
              End all sessions
            </button>
          </PostForm>
          <a href={`${path}/remove?name=${encodeURIComponent(name)}`}>Remove the account</a>
        </div>
      </section>
    </>
  )
}

export function RemoveUserPage({ visit, user }: Pick<UserPageProps, 'visit' | 'user'>): VNode {
  const { base, csrf } = visit
  const { name, role } = user
  return (
    <Page visit={visit} title="Remove an account">
      <h1>Remove the account {name}?</h1>
      <p>
        {name} is {role}. The sessions of the account end at once, and nobody can log in with it any
        more. What was done with it stays in the audit trail.
      </p>
      <div class="buttons">
        <PostForm action={`${base}/users/remove`} csrf={csrf}>
          <input type="hidden" name="name" value={name} />
          <button type="submit" class="danger">
            Remove it
          </button>
        </PostForm>
        <a href={`${base}/users/change?name=${encodeURIComponent(name)}`}>Keep it</a>
      </div>
    </Page>
  )
}

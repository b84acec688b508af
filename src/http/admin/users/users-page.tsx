import type { VNode } from 'preact'
import { roles, type Role, type User } from '../../../core/people.js'
import type { ErrorBody } from '../../error-answer.js'
import { Failure } from '../page/failure.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty, Field, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'
import { NewPassword } from '../session/first-run-page.js'
import { roleWords } from './role-words.js'

export interface UsersPageProps {
  readonly visit: Visit
  readonly users: readonly User[]
  readonly staffLogsIn: boolean
  readonly failure?: ErrorBody
  /** What was typed, where it has to be corrected. */
  readonly given?: Pick<User, 'name' | 'role'>
}

export function UsersPage({ visit, users, staffLogsIn, failure, given }: UsersPageProps): VNode {
  return (
    <Page visit={visit} title="Users">
      <h1>Users</h1>
      {staffLogsIn && (
        <p>
          The staff of the app logs in here, too, with the passwords of the app: superusers as
          admin, the others as operator. Those accounts are changed in the app, and are not in this
          list.
        </p>
      )}
      {failure && <Failure error={failure} />}
      {users.length === 0 ? (
        <Empty title="The service has no accounts of its own.">
          <p>Create one below for who has none in the app.</p>
        </Empty>
      ) : (
        <UserTable visit={visit} users={users} />
      )}
      <section class="narrow" aria-labelledby="new-user">
        <h2 id="new-user">A new account</h2>
        <PostForm action={`${visit.base}/users`} csrf={visit.csrf}>
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
              maxLength={64}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              value={given?.name ?? ''}
              aria-describedby="name-help"
            />
          </Field>
          <RoleField role={given?.role ?? 'viewer'} />
          <NewPassword />
          <button type="submit">Create the account</button>
        </PostForm>
      </section>
    </Page>
  )
}

function UserTable({ visit, users }: Pick<UsersPageProps, 'visit' | 'users'>): VNode {
  const { base, person } = visit
  return (
    <table class="stacked">
      <thead>
        <tr>
          {['Name', 'Role', 'Created', 'Password set'].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
          <th scope="col">
            <span class="said">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map(({ name, role, createdAt, passwordSetAt }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              {person?.kind === 'user' && person.name === name && ' (you)'}
            </th>
            <td data-name="Role">{role}</td>
            <td data-name="Created">
              <When at={createdAt.toISOString()} />
            </td>
            <td data-name="Password set">
              <When at={passwordSetAt.toISOString()} />
            </td>
            <td data-name="">
              <a href={`${base}/users/change?name=${encodeURIComponent(name)}`}>
                Change<span class="said"> {name}</span>
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function RoleField({ role }: { readonly role: Role }): VNode {
  return (
    <fieldset>
      <legend>Role</legend>
      {roles.map((one) => (
        <label key={one} class="check">
          <input type="radio" name="role" value={one} checked={one === role} required />
          <span>
            <strong>{one}</strong>: may {roleWords[one]}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

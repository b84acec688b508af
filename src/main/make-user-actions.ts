import type { UserActions } from '../cli/user-actions.js'
import type { AuditedAction } from '../core/access.js'
import type { ServiceUsers } from '../access/users/service-users.js'
import { audited } from './audit-trail.js'
import type { ProcessContext } from './process-context.js'

/** The actions about accounts; like the others each is loaded when it is called. */
export function makeUserActions(context: ProcessContext): UserActions {
  const changing = async <T>(
    [action, subject, detail]: readonly [AuditedAction, string, string?],
    change: (users: ServiceUsers) => Promise<T>,
  ): Promise<T> =>
    await audited(context, { action, subject, ...(detail && { detail }) }, async () =>
      change(await (await import('./actions/user-actions.js')).usersToChange(context)),
    )
  return {
    createUser: (user) =>
      changing(['user-create', user.name, `as ${user.role}`], (users) => users.create(user)),
    listUsers: async () => (await import('./actions/user-actions.js')).listUsersAction(context),
    setUserRole: ({ name, role }) =>
      changing(['user-change', name, `as ${role}`], (users) => users.setRole(name, role)),
    setUserPassword: ({ name, password }) =>
      changing(['user-change', name, 'password'], (users) => users.setPassword(name, password)),
    removeUser: ({ name }) => changing(['user-remove', name], (users) => users.remove(name)),
    logOutUser: ({ name }) => changing(['session-end', name], (users) => users.logOut(name)),
  }
}

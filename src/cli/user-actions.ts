import type { NewUser, Role, User } from '../core/people.js'
import type { Action } from './actions.js'

export interface UserReport {
  readonly users: readonly User[]
  readonly warnings: readonly string[]
}

/** What the commands about the accounts of the service do. */
export interface UserActions {
  readonly createUser: Action<NewUser, User>
  readonly listUsers: Action<null, UserReport>
  readonly setUserRole: Action<{ readonly name: string; readonly role: Role }, void>
  readonly setUserPassword: Action<{ readonly name: string; readonly password: string }, void>
  readonly removeUser: Action<{ readonly name: string }, void>
  /** Results in how many sessions there were. */
  readonly logOutUser: Action<{ readonly name: string }, number>
}

import { join } from 'node:path'
import { sessionFolder } from '../access/sessions/session-folder.js'
import { usualCost } from '../access/users/password-hash.js'
import { ServiceUsers } from '../access/users/service-users.js'
import type { SessionShelf } from '../core/people.js'
import { homeOf, sessionsName, usersName } from './backups/home.js'
import type { ProcessContext } from './process-context.js'
import { systemClock } from './system-clock.js'

/** The accounts of the service, beside the catalog, and the sessions that a change of them ends. */
export function serviceUsers(context: ProcessContext): {
  readonly folder: string
  readonly users: ServiceUsers
  readonly sessions: SessionShelf
} {
  const home = homeOf(context)
  const folder = join(home, usersName)
  const sessions = sessionFolder(join(home, sessionsName))
  const now = (): Date => systemClock.now()
  return { folder, sessions, users: new ServiceUsers({ folder, sessions, cost: usualCost, now }) }
}

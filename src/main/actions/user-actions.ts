import { join } from 'node:path'
import { readUsers } from '../../access/users/user-folder.js'
import type { ServiceUsers } from '../../access/users/service-users.js'
import type { UserReport } from '../../cli/user-actions.js'
import { homeOf, usersName } from '../backups/home.js'
import { makePrivateFolder } from '../private-folder.js'
import type { ProcessContext } from '../process-context.js'
import { serviceUsers } from '../service-users.js'

/** The accounts, to change them: their folder is made where there is none. */
export async function usersToChange(context: ProcessContext): Promise<ServiceUsers> {
  await makePrivateFolder(homeOf(context))
  return serviceUsers(context).users
}

/** Looking makes nothing. */
export async function listUsersAction(context: ProcessContext): Promise<UserReport> {
  const { users, faults } = await readUsers(join(homeOf(context), usersName))
  return {
    users: users.map(({ name, role, createdAt, passwordSetAt }) => {
      return { name, role, createdAt, passwordSetAt }
    }),
    warnings: faults,
  }
}

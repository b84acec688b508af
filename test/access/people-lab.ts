import { join } from 'node:path'
import { allPeople } from '../../src/access/all-people.js'
import { sessionFolder } from '../../src/access/sessions/session-folder.js'
import { FirstRunLink } from '../../src/access/users/first-run-link.js'
import { ServiceUsers } from '../../src/access/users/service-users.js'
import { userPeople } from '../../src/access/users/user-people.js'
import type { People } from '../../src/core/people.js'
import { bareDesk } from '../http/admin/memory-desk.js'
import type { AdminDesk } from '../../src/http/admin/admin-desk.js'

/** As quick as scrypt can be: what it costs is not what these tests are about. */
export const quickCost = { N: 2, r: 1, p: 1 }

export interface PeopleLab {
  readonly home: string
  readonly users: ServiceUsers
  readonly firstRun: FirstRunLink
  readonly desk: AdminDesk
  readonly warnings: readonly string[]
  /** The clock, which only this moves. */
  wait(ms: number): void
}

/** The accounts of a service in `home`, and the desk of its admin pages. */
export function peopleLab(home: string, staff: People | null = null): PeopleLab {
  let at = Date.parse('2026-11-21T22:00:00Z')
  const now = (): Date => new Date(at)
  const folder = join(home, 'users')
  const sessions = sessionFolder(join(home, 'sessions'))
  const users = new ServiceUsers({ folder, sessions, cost: quickCost, now })
  const firstRun = new FirstRunLink({ users, now })
  const warnings: string[] = []
  const own = userPeople({ folder, cost: quickCost, warn: (fault) => warnings.push(fault) })
  const people = allPeople(own, staff)
  const cookieSecret = 'a-secret-of-the-tests-0123456789abcdef'
  return {
    home,
    users,
    firstRun,
    desk: {
      people,
      users,
      sessions,
      cookieSecret,
      firstRun: staff ? null : firstRun,
      schedules: () => [],
      ...bareDesk,
    },
    warnings,
    wait: (ms) => void (at += ms),
  }
}

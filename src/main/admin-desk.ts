import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { allPeople } from '../access/all-people.js'
import { readAuditPage } from '../access/audit-page.js'
import { sessionSecret } from '../access/sessions/session-secret.js'
import { FirstRunLink } from '../access/users/first-run-link.js'
import { usualCost } from '../access/users/password-hash.js'
import { userPeople } from '../access/users/user-people.js'
import { shownSettings } from '../config/shown-settings.js'
import { messageOf } from '../core/message-of.js'
import type { AdminDesk } from '../http/admin/admin-desk.js'
import { auditName } from './audit-trail.js'
import { channelBook } from './channel-book.js'
import { homeOf, sessionSecretName } from './backups/home.js'
import { keyBook } from './key-book.js'
import { makePrivateFolder } from './private-folder.js'
import { plannedSchedules } from './planned-schedules.js'
import type { ProcessContext } from './process-context.js'
import { serviceUsers } from './service-users.js'
import { shownStores } from './shown-stores.js'
import { staffAccounts } from './staff-accounts.js'
import { systemClock } from './system-clock.js'

export interface OpenDesk {
  readonly desk: AdminDesk
  /** Tells the person at the terminal how the first account is made, where there is none. */
  tellFirstRun(address: string): Promise<void>
}

/** What the admin pages need. A folder that can't be written to is a warning: exports need none. */
export async function openAdminDesk(context: ProcessContext): Promise<OpenDesk> {
  const { folder, users, sessions } = serviceUsers(context)
  const warn = (fault: string): void => void context.terminal.err.write(`warning: ${fault}\n`)
  const own = userPeople({ folder, cost: usualCost, warn })
  const staff = staffAccounts(context)
  const firstRun = staff ? null : new FirstRunLink({ users, now: () => systemClock.now() })
  const cookieSecret = await keptSecret(context).catch((error: unknown) => {
    warn(`the admin pages can keep nobody logged in: ${messageOf(error)}`)
    return newSecret()
  })
  return {
    desk: {
      people: allPeople(own, staff),
      users,
      sessions,
      cookieSecret,
      firstRun,
      schedules: (now) => plannedSchedules(context, now),
      stores: () => shownStores(context),
      keys: keyBook(context),
      channels: channelBook(context, systemClock),
      audit: (wish) => readAuditPage(join(homeOf(context), auditName), wish),
      settings: shownSettings(context.environment, context.folder),
      staffLogsIn: staff !== null,
    },
    tellFirstRun: async (address) => {
      if (!firstRun) return
      const link = `${address}/admin/first-run?token=${firstRun.token}`
      try {
        if (await users.isEmpty()) context.terminal.err.write(`Create the first account: ${link}\n`)
      } catch (error) {
        warn(`the accounts can't be read: ${messageOf(error)}`)
      }
    },
  }
}

/** A service that only exports makes no folder; whoever logs in to it does so again after its restart. */
async function keptSecret(context: ProcessContext): Promise<string> {
  const home = homeOf(context)
  if (!existsSync(home)) return newSecret()
  return await sessionSecret(join(await makePrivateFolder(home), sessionSecretName))
}

function newSecret(): string {
  return randomBytes(48).toString('base64url')
}

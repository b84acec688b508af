import { djangoStaff } from '../access/django/django-staff.js'
import { chooseDatabase } from '../config/choose-database.js'
import type { People } from '../core/people.js'
import { runJob } from '../jobs/wall/run-job.js'
import type { ProcessContext } from './process-context.js'
import { systemClock } from './system-clock.js'

/** The accounts that STAFF_LOGIN names, or none. They are read anew each time somebody logs in. */
export function staffAccounts(context: ProcessContext): People | null {
  if (context.config().settings.staffLogin === 'none') return null
  const database = chooseDatabase(context.config())
  return djangoStaff({
    find: async (name) => await runJob('account', { database, name }, { wall: 'thread' }),
    onUnread: (algorithm) =>
      context.terminal.err.write(
        `warning: an account keeps its password with ${algorithm || 'a way of its own'}, which is not read here: ` +
          'pbkdf2_sha256, pbkdf2_sha1 and scrypt are\n',
      ),
    now: () => systemClock.now(),
  })
}

import { djangoAccounts } from '../access/django/django-accounts.js'
import { chooseDatabase } from '../config/choose-database.js'
import type { Accounts } from '../core/accounts.js'
import { runJob } from '../jobs/wall/run-job.js'
import type { ProcessContext } from './process-context.js'

/** The accounts that STAFF_LOGIN names, or none. They are read anew each time somebody logs in. */
export function staffAccounts(context: ProcessContext): Accounts | undefined {
  if (context.config().settings.staffLogin === 'none') return undefined
  const database = chooseDatabase(context.config())
  return djangoAccounts({
    find: async (name) => await runJob('account', { database, name }, { wall: 'thread' }),
    onUnread: (algorithm) =>
      context.terminal.err.write(
        `warning: an account keeps its password with ${algorithm || 'a way of its own'}, which is not read here: ` +
          'pbkdf2_sha256, pbkdf2_sha1 and scrypt are\n',
      ),
  })
}

import type { FoundAccount } from '../core/accounts.js'
import type { JobContext } from './job-context.js'
import type { FindAccountInput } from './job-types.js'

const lockWaitMs = 5000

/** Looks for an account in the app's own database. A lock in the way of a form is not waited for long. */
export async function findAccount(
  { database: { address }, name }: FindAccountInput,
  { signal }: JobContext,
): Promise<FoundAccount> {
  if (address.engine === 'postgresql') {
    const onServer = await import('../engines/postgresql/records/find-account.js')
    return await onServer.findAccount(address, name, { signal, lockTimeoutMs: lockWaitMs })
  }
  const inFile = await import('../engines/sqlite/records/find-account.js')
  return inFile.findAccount(address.path, name, lockWaitMs)
}

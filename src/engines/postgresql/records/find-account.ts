import type { FoundAccount } from '../../../core/accounts.js'
import { openSession, type ServerPlace } from '../connection/open-session.js'

/** Looks for the account of a name in Django's `auth_user`, where the search path finds it. */
export async function findAccount(
  place: ServerPlace,
  name: string,
  { signal, lockTimeoutMs }: { readonly signal: AbortSignal; readonly lockTimeoutMs: number },
): Promise<FoundAccount> {
  const session = await openSession(place, { signal })
  const what = 'the accounts could not be read'
  try {
    // No settings of ours: the search path is to stay as it is.
    await session.run(`BEGIN READ ONLY; SET LOCAL lock_timeout = ${lockTimeoutMs}`, what)
    const [row] = await session.rows(
      'SELECT password, is_staff, is_active, is_superuser FROM auth_user WHERE username = $1',
      what,
      [name],
    )
    const [other] = await session.rows('SELECT password FROM auth_user ORDER BY id LIMIT 1', what)
    const account = row && {
      name,
      password: row[0] ?? '',
      isStaff: row[1] === 't',
      isActive: row[2] === 't',
      isSuperuser: row[3] === 't',
    }
    return { account: account ?? null, decoy: other?.[0] ?? null }
  } finally {
    await session.close()
  }
}

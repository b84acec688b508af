import type { FoundAccount } from '../../../core/accounts.js'
import { openConnection } from '../connection/open-connection.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'

interface UserRow {
  readonly password: string
  readonly is_staff: number
  readonly is_superuser: number
  readonly is_active: number
}

/** Looks for the account of a name in Django's `auth_user`. */
export function findAccount(path: string, name: string, busyTimeoutMs: number): FoundAccount {
  const connection = openConnection(path, { access: 'read', busyTimeoutMs })
  try {
    const row = connection
      .prepare<[string], UserRow>(
        'SELECT password, is_staff, is_superuser, is_active FROM auth_user WHERE username = ?',
      )
      .get(name)
    const decoy = connection
      .prepare<[], { password: string }>('SELECT password FROM auth_user ORDER BY id LIMIT 1')
      .get()
    const account = row && {
      name,
      password: row.password,
      isStaff: row.is_staff === 1,
      isSuperuser: row.is_superuser === 1,
      isActive: row.is_active === 1,
    }
    return { account: account ?? null, decoy: decoy?.password ?? null }
  } catch (error) {
    throw sqliteFailure(error, `the accounts in ${path} could not be read`)
  } finally {
    connection.close()
  }
}

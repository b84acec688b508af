import type { Accounts, FoundAccount } from '../../core/accounts.js'
import { checkPassword } from './check-password.js'

export interface DjangoAccountsParts {
  /** Looks for the account of a name in `auth_user`. */
  readonly find: (name: string) => Promise<FoundAccount>
  /** Told when a password is stored in a way that is not read here; empty where Django has no name for it. */
  readonly onUnread: (algorithm: string) => void
}

/** What an empty table is checked against: as Django 3.2 would have stored it. */
const usualPassword = `pbkdf2_sha256$260000$decoy$${Buffer.alloc(32).toString('base64')}`

/** The accounts of a Django app: staff may come in, others are known and turned away. */
export function djangoAccounts({ find, onUnread }: DjangoAccountsParts): Accounts {
  return async (name, password) => {
    // As django.contrib.auth does with what a form brings.
    const { account, decoy } = await find(name.normalize('NFKC'))
    const stored = account?.password ?? decoy ?? usualPassword
    const verdict = await checkPassword(password, stored)
    if (verdict === null) {
      // An unusable password is no fault: its owner logs in elsewhere.
      if (!stored.startsWith('!')) onUnread(algorithmOf(stored))
      await checkPassword(password, usualPassword)
    }
    if (verdict !== true || account?.isActive !== true) return 'wrong'
    return account.isStaff ? 'staff' : 'not-staff'
  }
}

/** Django's other hashers. What stands there else may be a password, or an old hash without a name. */
const otherAlgorithms =
  /^(argon2|bcrypt|bcrypt_sha256|crypt|md5|sha1|unsalted_md5|unsalted_sha1|pbkdf2_sha256|pbkdf2_sha1|scrypt)\$/

function algorithmOf(stored: string): string {
  return otherAlgorithms.exec(stored)?.[1] ?? ''
}

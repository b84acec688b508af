import { createHash } from 'node:crypto'
import type { Account, FoundAccount } from '../../core/accounts.js'
import type { People, Person, PersonLogIn } from '../../core/people.js'
import { checkPassword } from './check-password.js'
import { rememberedStaff } from './remembered-staff.js'

export interface DjangoStaffParts {
  /** Looks for the account of a name in `auth_user`. */
  readonly find: (name: string) => Promise<FoundAccount>
  /** Told when a password is stored in a way that is not read here; empty where Django has no name for it. */
  readonly onUnread: (algorithm: string) => void
  readonly now: () => Date
}

/** What an empty table is checked against: as Django 3.2 would have stored it. */
const usualPassword = `pbkdf2_sha256$260000$decoy$${Buffer.alloc(32).toString('base64')}`

/** The accounts of a Django app: staff may come in, others are known and turned away. */
export function djangoStaff({ find, onUnread, now }: DjangoStaffParts): People {
  const remembered = rememberedStaff({
    look: async (name) => toPerson((await find(name)).account),
    now,
  })
  return {
    logIn: async (given, password): Promise<PersonLogIn> => {
      // As django.contrib.auth does with what a form brings.
      const { account, decoy } = await find(given.normalize('NFKC'))
      const stored = account?.password ?? decoy ?? usualPassword
      const verdict = await checkPassword(password, stored)
      if (verdict === null) {
        // An unusable password is no fault: its owner logs in elsewhere.
        if (!stored.startsWith('!')) onUnread(algorithmOf(stored))
        await checkPassword(password, usualPassword)
      }
      if (verdict !== true || account?.isActive !== true) return { verdict: 'wrong' }
      const person = toPerson(account)
      if (person === null) return { verdict: 'not-staff' }
      remembered.know(person)
      return { verdict: 'in', person }
    },
    find: ({ name }) => remembered.find(name),
  }
}

/** Null for who is not staff, or not any more. */
function toPerson(account: Account | null): Person | null {
  if (!account?.isActive || !account.isStaff) return null
  const { name, isSuperuser, password } = account
  const stamp = createHash('sha256').update(password).digest('base64url')
  return { name, kind: 'staff', role: isSuperuser ? 'admin' : 'operator', stamp }
}

/** Django's other hashers. What stands there else may be a password, or an old hash without a name. */
const otherAlgorithms =
  /^(argon2|bcrypt|bcrypt_sha256|crypt|md5|sha1|unsalted_md5|unsalted_sha1|pbkdf2_sha256|pbkdf2_sha1|scrypt)\$/

function algorithmOf(stored: string): string {
  return otherAlgorithms.exec(stored)?.[1] ?? ''
}

/** Somebody who works with the app, as its own table of accounts has it. */
export interface Account {
  readonly name: string
  /** As Django stores it: how it was hashed, the salt, the hash. */
  readonly password: string
  readonly isStaff: boolean
  readonly isActive: boolean
}

export interface FoundAccount {
  /** Null: nobody has this name. */
  readonly account: Account | null
  /** The stored password of somebody: what an unknown name is checked against, so that it takes as long. */
  readonly decoy: string | null
}

/** `wrong`: name or password, or an account that is closed; which of them nobody is told. */
export type LogIn = 'staff' | 'not-staff' | 'wrong'

/** Checks a name and a password. Unknown names take as long as wrong passwords. */
export type Accounts = (name: string, password: string) => Promise<LogIn>

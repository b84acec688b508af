/** Somebody who works with the app, as its own table of accounts has it. */
export interface Account {
  readonly name: string
  /** As Django stores it: how it was hashed, the salt, the hash. */
  readonly password: string
  readonly isStaff: boolean
  readonly isSuperuser: boolean
  readonly isActive: boolean
}

export interface FoundAccount {
  /** Null: nobody has this name. */
  readonly account: Account | null
  /** The stored password of somebody: what an unknown name is checked against, so that it takes as long. */
  readonly decoy: string | null
}

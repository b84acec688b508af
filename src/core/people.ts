/** What somebody of the admin pages may do; each may all that the one before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const

export type Role = (typeof roles)[number]

/** The least role for each thing that the admin pages do; who has none of it may look at what there is. */
export const roleFor = {
  view: 'viewer',
  export: 'operator',
  backUp: 'operator',
  download: 'operator',
  verify: 'operator',
  pin: 'operator',
  /** Shows records, as a download would. */
  compare: 'operator',
  restore: 'admin',
  remove: 'admin',
  prune: 'admin',
  keys: 'admin',
  users: 'admin',
  test: 'admin',
  audit: 'admin',
  /** Where things lie on the machine. */
  places: 'admin',
} as const satisfies Record<string, Role>

export type Right = keyof typeof roleFor

export function mayDo(role: Role, right: Right): boolean {
  return roles.indexOf(role) >= roles.indexOf(roleFor[right])
}

/** Somebody who has logged in. */
export interface Person {
  readonly name: string
  /** `user`: an account of the service; `staff`: one of the app. */
  readonly kind: 'user' | 'staff'
  readonly role: Role
  /** Another one once sessions that were begun before are over: the password is another one, say. */
  readonly stamp: string
}

/** Who somebody is in the audit trail and the history; a `user` there is one of the machine. */
export function shownPerson({ kind, name }: Pick<Person, 'kind' | 'name'>): string {
  return kind === 'user' ? `account ${name}` : `staff ${name}`
}

/** `wrong`: name or password, or an account that is closed; which of them nobody is told. */
export type PersonLogIn =
  { readonly verdict: 'in'; readonly person: Person } | { readonly verdict: 'wrong' | 'not-staff' }

/** All who may log in. */
export interface People {
  /** Names that nobody has take as long as wrong passwords. */
  logIn(name: string, password: string): Promise<PersonLogIn>
  /** Somebody who is logged in, as they are now; null once they may not be any more. */
  find(person: Pick<Person, 'kind' | 'name'>): Promise<Person | null>
}

/** An account of the service. Its password is not in it. */
export interface User {
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
  readonly passwordSetAt: Date
}

export interface NewUser {
  readonly name: string
  readonly role: Role
  readonly password: string
}

/**
 * The accounts of the service. Changes are durable when they resolve, and known at once to whoever asks.
 * Names are compared without case. A change of role or password ends the sessions of that account.
 */
export interface UserBook {
  /** By name. */
  list(): Promise<readonly User[]>
  /** `usage` for a name that is taken or is none, and for a password that is too short. */
  create(user: NewUser): Promise<User>
  /** `not-found`; `usage` where nobody would be left who is admin. */
  setRole(name: string, role: Role): Promise<void>
  /** `not-found`, or `usage` for a password that is too short. */
  setPassword(name: string, password: string): Promise<void>
  /** `not-found`; `usage` where nobody would be left who is admin. */
  remove(name: string): Promise<void>
  /** Ends the sessions of an account, and results in how many there were. `not-found`. */
  logOut(name: string): Promise<number>
}

/** The link that the service prints while there are no accounts. */
export interface FirstRun {
  /** Whether the link is this one, is young enough, and there is still no account. */
  isOpen(token: string): Promise<boolean>
  /** Makes the first account, an admin; of several at once one succeeds. Throws where it is not open. */
  create(token: string, account: Pick<NewUser, 'name' | 'password'>): Promise<Person>
}

/**
 * Where sessions of the admin pages are kept, by their ids, of which only digests are kept. The text is
 * JSON, and holds the `kind` and `name` of its person among its members, or in one of them.
 */
export interface SessionShelf {
  /** Null where there is none. */
  read(id: string): Promise<string | null>
  write(id: string, text: string): Promise<void>
  /** Writes only where there is one still: what was removed meanwhile stays so. */
  replace(id: string, text: string): Promise<void>
  remove(id: string): Promise<void>
  /** Removes those whose text says so, and those that can't be read. */
  removeWhere(isOver: (text: string) => boolean): Promise<number>
}

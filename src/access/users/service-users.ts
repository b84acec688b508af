import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'
import type { NewUser, Person, Role, SessionShelf, User, UserBook } from '../../core/people.js'
import { sessionsOfUser } from '../sessions/sessions-of-user.js'
import { whileLocked } from './change-lock.js'
import { hashPassword, type ScryptCost } from './password-hash.js'
import { newStamp, personOf, type UserFile } from './user-file.js'
import {
  addUserFile,
  findUser,
  noSuchUser,
  readUsers,
  removeUserFile,
  replaceUserFile,
  userFiles,
} from './user-folder.js'
import { requireGoodPassword, requireUserName } from './user-rules.js'

export interface ServiceUsersParts {
  /** A file for each account. */
  readonly folder: string
  readonly sessions: SessionShelf
  readonly cost: ScryptCost
  readonly now: () => Date
}

/** The accounts of the service, in a folder that several processes may change. */
export class ServiceUsers implements UserBook {
  readonly #folder: string
  readonly #sessions: SessionShelf
  readonly #cost: ScryptCost
  readonly #now: () => Date

  constructor({ folder, sessions, cost, now }: ServiceUsersParts) {
    this.#folder = folder
    this.#sessions = sessions
    this.#cost = cost
    this.#now = now
  }

  async list(): Promise<readonly User[]> {
    const { users } = await readUsers(this.#folder)
    return users.map(toUser)
  }

  /** Whether there is none, not even one that can't be read. */
  async isEmpty(): Promise<boolean> {
    return (await userFiles(this.#folder)).length === 0
  }

  async create(user: NewUser): Promise<User> {
    const made = await this.#make(user)
    await this.#changing(() => addUserFile(this.#folder, made))
    return toUser(made)
  }

  /** An admin; `usage` where somebody has an account already. Of several at once one succeeds. */
  async createFirst(account: Pick<NewUser, 'name' | 'password'>): Promise<Person> {
    const made = await this.#make({ ...account, role: 'admin' })
    await this.#changing(async () => {
      if (!(await this.isEmpty())) throw notTheFirst()
      await addUserFile(this.#folder, made)
    })
    return personOf(made)
  }

  async setRole(name: string, role: Role): Promise<void> {
    await this.#replace(name, async (user) => {
      if (role !== 'admin') await this.#requireOtherAdmin(user.name)
      return { role }
    })
  }

  async setPassword(name: string, password: string): Promise<void> {
    const known = await this.#known(name)
    requireGoodPassword(password, known.name)
    const hash = await hashPassword(password, this.#cost)
    const passwordSetAt = this.#now()
    await this.#replace(name, async () => ({ password: hash, passwordSetAt }))
  }

  async remove(name: string): Promise<void> {
    await this.#changing(async () => {
      await this.#requireOtherAdmin(name)
      await removeUserFile(this.#folder, name)
    })
    await this.#sessions.removeWhere(sessionsOfUser(name))
  }

  async logOut(name: string): Promise<number> {
    return await this.#replace(name, async () => ({}))
  }

  async #make({ name, role, password }: NewUser): Promise<UserFile> {
    requireUserName(name)
    requireGoodPassword(password, name)
    const now = this.#now()
    const hash = await hashPassword(password, this.#cost)
    return { name, role, password: hash, stamp: newStamp(), createdAt: now, passwordSetAt: now }
  }

  /** Changes an account and ends its sessions: one that is just being written is over by its stamp. */
  async #replace(
    name: string,
    change: (user: UserFile) => Promise<Partial<UserFile>>,
  ): Promise<number> {
    await this.#changing(async () => {
      const user = await this.#known(name)
      const changed = { ...user, ...(await change(user)), stamp: newStamp() }
      await replaceUserFile(this.#folder, changed)
    })
    return await this.#sessions.removeWhere(sessionsOfUser(name))
  }

  async #known(name: string): Promise<UserFile> {
    const user = await findUser(this.#folder, name)
    if (user === null) throw noSuchUser(name)
    return user
  }

  async #requireOtherAdmin(name: string): Promise<void> {
    const { users } = await readUsers(this.#folder)
    const isIt = (user: UserFile): boolean => foldCase(user.name) === foldCase(name)
    const mine = users.find(isIt)
    if (mine?.role !== 'admin') return
    if (users.some((user) => user.role === 'admin' && !isIt(user))) return
    throw new OctavoError('usage', `${mine.name} is the only admin, and somebody has to be`, {
      hint: 'Make another one first: `octavo user role NAME admin`.',
    })
  }

  async #changing<T>(change: () => Promise<T>): Promise<T> {
    await mkdir(dirname(this.#folder), { recursive: true, mode: 0o700 })
    return await whileLocked(`${this.#folder}.lock`, change)
  }
}

function toUser({ name, role, createdAt, passwordSetAt }: UserFile): User {
  return { name, role, createdAt, passwordSetAt }
}

function notTheFirst(): OctavoError {
  return new OctavoError('usage', 'somebody has made the first account already', {
    hint: 'Log in with it; it makes further ones.',
  })
}

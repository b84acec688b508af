import { createHash } from 'node:crypto'
import { createKey, readKeys, revokeKey } from '../../../src/access/key-folder.js'
import type { KeyBook } from '../../../src/core/access.js'
import { OctavoError } from '../../../src/core/errors.js'
import type { NewUser, Person, Role, SessionShelf, User } from '../../../src/core/people.js'
import type { AdminDesk } from '../../../src/http/admin/admin-desk.js'

export const passwordOf = (name: string): string => `the password of ${name}`
/** What is shown of a service that has nothing of it. */
export const bareDesk = {
  stores: () => [],
  keys: keysIn('/nowhere'),
  channels: { list: async () => ({ channels: [], faults: [] }), test: async () => undefined },
  audit: async () => ({ entries: [], next: null, isCut: false }),
  settings: [],
  staffLogsIn: false,
} as const satisfies Partial<AdminDesk>

/** The keys of a folder, all made at the beginning of 2026. */
export function keysIn(folder: string): KeyBook {
  const createdAt = new Date('2026-01-01T00:00:00.000Z')
  return {
    list: () => readKeys(folder),
    create: (wanted) => createKey(folder, { ...wanted, createdAt }),
    revoke: (name) => revokeKey(folder, name),
  }
}

export const firstToken = 'a-first-token-0123456789'

/** Accounts and sessions of one test, without scrypt and without files. */
export function memoryDesk(
  names: readonly Role[] = ['viewer', 'operator', 'admin'],
  more: Partial<AdminDesk> = {},
): AdminDesk {
  const users = new Map<string, NewUser>(
    names.map((role) => [role, { name: role, role, password: passwordOf(role) }]),
  )
  const person = ({ name, role, password }: NewUser): Person => {
    const stamp = createHash('sha256').update(password).digest('hex')
    return { kind: 'user', name, role, stamp }
  }
  const shown = ({ name, role }: NewUser): User => {
    return { name, role, createdAt: new Date(0), passwordSetAt: new Date(0) }
  }
  const known = (name: string): NewUser => {
    const user = users.get(name)
    if (user) return user
    throw new OctavoError('not-found', `there is no account ${name}`)
  }
  const create = async (user: NewUser): Promise<User> => {
    if (users.has(user.name)) throw new OctavoError('usage', `the name ${user.name} is taken`)
    if (user.password.length < 12) throw new OctavoError('usage', 'the password is too short')
    users.set(user.name, user)
    return shown(user)
  }
  return {
    people: {
      logIn: async (name, password) => {
        const user = users.get(name)
        if (user?.password !== password) return { verdict: 'wrong' }
        return { verdict: 'in', person: person(user) }
      },
      find: async ({ kind, name }) => {
        const user = kind === 'user' ? users.get(name) : undefined
        return user ? person(user) : null
      },
    },
    users: {
      list: async () => [...users.values()].map(shown),
      create,
      setRole: async (name, role) => void users.set(name, { ...known(name), role }),
      setPassword: async (name, password) => void users.set(name, { ...known(name), password }),
      remove: async (name) => {
        known(name)
        users.delete(name)
      },
      logOut: async () => 0,
    },
    sessions: memorySessions(),
    cookieSecret: 'a secret of the tests, 0123456789abcdef',
    firstRun: {
      isOpen: async (token) => token === firstToken && users.size === 0,
      create: async (_token, account) => {
        const user = { ...account, role: 'admin' } as const
        await create(user)
        return person(user)
      },
    },
    schedules: () => [],
    ...bareDesk,
    ...more,
  }
}

function memorySessions(): SessionShelf {
  const texts = new Map<string, string>()
  return {
    read: async (id) => texts.get(id) ?? null,
    write: async (id, text) => void texts.set(id, text),
    replace: async (id, text) => {
      if (texts.has(id)) texts.set(id, text)
    },
    remove: async (id) => void texts.delete(id),
    removeWhere: async (isOver) => {
      const over = [...texts].filter(([, text]) => isOver(text))
      for (const [id] of over) texts.delete(id)
      return over.length
    },
  }
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { OctavoError } from '../../core/errors.js'
import type { FirstRun, NewUser, Person } from '../../core/people.js'

const validMs = 60 * 60 * 1000

export interface FirstRunParts {
  readonly users: {
    isEmpty(): Promise<boolean>
    createFirst(account: Pick<NewUser, 'name' | 'password'>): Promise<Person>
  }
  readonly now: () => Date
}

/** A link that a process prints at its start: its token is nowhere but in memory. */
export class FirstRunLink implements FirstRun {
  readonly token = randomBytes(32).toString('base64url')
  readonly #users: FirstRunParts['users']
  readonly #now: () => Date
  readonly #endsAt: number

  constructor({ users, now }: FirstRunParts) {
    this.#users = users
    this.#now = now
    this.#endsAt = now().getTime() + validMs
  }

  async isOpen(token: string): Promise<boolean> {
    const isIt = timingSafeEqual(digest(token), digest(this.token))
    return isIt && this.#now().getTime() < this.#endsAt && (await this.#users.isEmpty())
  }

  async create(token: string, account: Pick<NewUser, 'name' | 'password'>): Promise<Person> {
    if (await this.isOpen(token)) return await this.#users.createFirst(account)
    throw new OctavoError('not-found', 'this link opens nothing: it was used, or is too old', {
      hint: 'A restart of the service prints a new one while there is no account; `octavo user create NAME --role admin` makes one on its machine.',
    })
  }
}

/** Equal lengths, whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

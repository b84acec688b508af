import { messageOf } from '../../core/message-of.js'
import type { People, Person, PersonLogIn } from '../../core/people.js'
import { hashOfNobody, isPasswordOf, type ScryptCost } from './password-hash.js'
import { personOf, type UserFile } from './user-file.js'
import { findUser } from './user-folder.js'

export interface UserPeopleParts {
  readonly folder: string
  readonly cost: ScryptCost
  /** Told of an account that can't be read: nobody logs in with it. */
  readonly warn: (fault: string) => void
}

/** Who logs in with an account of the service. Each try costs one scrypt, whatever is wrong with it. */
export function userPeople({ folder, cost, warn }: UserPeopleParts): People {
  const nobody = hashOfNobody(cost)
  const told = new Set<string>()
  const known = async (name: string): Promise<UserFile | null> => {
    try {
      return await findUser(folder, name)
    } catch (error) {
      const fault = messageOf(error)
      if (!told.has(fault)) warn(fault)
      told.add(fault)
      return null
    }
  }
  return {
    logIn: async (name, password): Promise<PersonLogIn> => {
      const user = await known(name)
      const isRight = await isPasswordOf(password, user?.password ?? nobody)
      return user !== null && isRight
        ? { verdict: 'in', person: personOf(user) }
        : { verdict: 'wrong' }
    },
    find: async ({ name }): Promise<Person | null> => {
      const user = await known(name)
      return user && personOf(user)
    },
  }
}

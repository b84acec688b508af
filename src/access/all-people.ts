import type { People } from '../core/people.js'

/**
 * Those with an account of the service and, where there are such, the staff of the app. Whatever is
 * wrong with an account of the service, the staff is asked as well: the answer and its time do not tell
 * which names the service knows. Who is right there needs no app.
 */
export function allPeople(own: People, staff: People | null): People {
  if (staff === null) return own
  return {
    logIn: async (name, password) => {
      const found = await own.logIn(name, password)
      return found.verdict === 'in' ? found : await staff.logIn(name, password)
    },
    find: (person) => (person.kind === 'user' ? own.find(person) : staff.find(person)),
  }
}

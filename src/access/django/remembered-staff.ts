import { asOctavoError } from '../../core/errors.js'
import { errorTable } from '../../core/error-table.js'
import type { Person } from '../../core/people.js'

/** Not each page reads the database of the app. */
const knownForMs = 30_000
/** A restore holds the table for minutes: who follows it stays logged in. */
const knownWhileBusyMs = 15 * 60_000
const mostNames = 1_000

export interface RememberedStaff {
  find(name: string): Promise<Person | null>
  know(person: Person): void
}

interface Known {
  /** When the database last said so. */
  readonly saidAt: number
  /** When it was last asked. */
  readonly askedAt: number
  readonly person: Person | null
}

/**
 * Staff as the database last told of them, at most half a minute ago; where it can't be asked at the
 * moment, up to a quarter of an hour.
 */
export function rememberedStaff({
  look,
  now,
}: {
  readonly look: (name: string) => Promise<Person | null>
  readonly now: () => Date
}): RememberedStaff {
  const known = new Map<string, Known>()
  const asking = new Map<string, Promise<Person | null>>()
  const keep = (name: string, entry: Known): void => {
    known.delete(name)
    const [oldest] = known.keys()
    if (known.size >= mostNames && oldest !== undefined) known.delete(oldest)
    known.set(name, entry)
  }
  const ask = async (name: string): Promise<Person | null> => {
    const askedAt = now().getTime()
    try {
      const person = await look(name)
      keep(name, { saidAt: askedAt, askedAt, person })
      return person
    } catch (error) {
      const last = known.get(name)
      const { code } = asOctavoError(error)
      if (!last || !errorTable[code].retryable || askedAt - last.saidAt >= knownWhileBusyMs)
        throw error
      keep(name, { ...last, askedAt })
      return last.person
    }
  }
  return {
    know: (person) => {
      const at = now().getTime()
      keep(person.name, { saidAt: at, askedAt: at, person })
    },
    find: async (name) => {
      const last = known.get(name)
      const age = last === undefined ? Infinity : now().getTime() - last.askedAt
      if (last !== undefined && age >= 0 && age < knownForMs) return last.person
      const asked = asking.get(name) ?? ask(name).finally(() => asking.delete(name))
      asking.set(name, asked)
      return await asked
    },
  }
}

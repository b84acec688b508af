import type { SessionStore } from '@fastify/session'
import type { SessionShelf } from '../../../core/people.js'
import { isOver, type SessionFacts } from './session-facts.js'

type Store = SessionStore

/** The sessions of the pages in the form that the plugin for them wants. */
export function sessionStore(shelf: SessionShelf, now: () => Date): Store {
  return {
    get(id, callback) {
      shelf.read(id).then((text) => callback(null, parsed(text, now())), callback)
    },
    set(id, session, callback) {
      const text = JSON.stringify(session)
      // One that was ended while a request of it was answered is not begun again by that answer.
      const written = session.isKept ? shelf.replace(id, text) : shelf.write(id, text)
      written.then(() => callback(), callback)
    },
    destroy(id, callback) {
      shelf.remove(id).then(() => callback(), callback)
    },
  }
}

/** Removes what is over: nobody comes back to close it. */
export function sweepSessions(shelf: SessionShelf, now: Date): Promise<number> {
  return shelf.removeWhere((text) => parsed(text, now) === null)
}

type Parsed = Parameters<Parameters<Store['get']>[1]>[1]

function parsed(text: string | null, now: Date): Parsed {
  if (text === null) return null
  try {
    const session = JSON.parse(text) as SessionFacts & NonNullable<Parsed> // as `set` wrote it
    return isOver(session, now) ? null : { ...session, isKept: true }
  } catch {
    return null
  }
}

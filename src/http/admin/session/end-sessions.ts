import type { Person } from '../../../core/people.js'
import type { AdminOptions } from '../admin-options.js'
import type { SessionFacts } from './session-facts.js'

/** Ends all sessions of somebody, in whichever browser. */
export function endSessionsOf(
  { kind, name }: Pick<Person, 'kind' | 'name'>,
  { admin }: Pick<AdminOptions, 'admin'>,
): Promise<number> {
  return admin.sessions.removeWhere((text) => {
    const session = JSON.parse(text) as SessionFacts // as the session store wrote it
    return session.kind === kind && session.name === name
  })
}

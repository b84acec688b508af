import { OctavoError } from '../../../core/errors.js'
import { codeOf } from '../connection/server-error.js'
import type { Session } from '../connection/session.js'
import { quoteName } from '../sql/quote.js'

const mayNotEndThem = '42501'

/**
 * Drops the database of a job that is over, with the sessions that are still in it. The server's own
 * cleaning (autovacuum) may be at work there, which FORCE may not end for a user who is no superuser;
 * without FORCE the server ends that by itself, and waits five seconds for the others.
 */
export async function dropScratch(session: Session, name: string): Promise<void> {
  const sql = `DROP DATABASE IF EXISTS ${quoteName(name)}`
  const what = `the scratch database ${name} could not be dropped`
  try {
    await session.run(`${sql} WITH (FORCE)`, what)
  } catch (error) {
    const cause = error instanceof OctavoError ? error.cause : undefined
    if (codeOf(cause) !== mayNotEndThem) throw error
    await session.run(sql, what)
  }
}

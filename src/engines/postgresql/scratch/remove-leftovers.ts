import { OctavoError } from '../../../core/errors.js'
import { codeOf } from '../connection/server-error.js'
import type { Session } from '../connection/session.js'
import { quoteName } from '../sql/quote.js'
import { scratchName, serverSeconds } from './scratch-name.js'

/** Between its making and the session that holds it, a scratch database is nobody's. */
const heldAfterSeconds = 15 * 60

/** It is in use, it is another's, or somebody else has dropped it: it stays as it is. */
const leftAlone = /^(55006|42501|3D000|XX000)$/

/**
 * Drops the scratch databases of processes that were killed. Who still works has a session in the
 * database, from whichever machine, and without FORCE the server drops nothing that has one.
 */
export async function removeLeftovers(session: Session): Promise<void> {
  const rows = await session.rows(
    `SELECT d.datname FROM pg_catalog.pg_database d
     WHERE d.datname LIKE 'octavo\\_scratch\\_%' AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)`,
    'old scratch databases could not be looked for',
  )
  const now = Number(await serverSeconds(session))
  for (const [name = ''] of rows) {
    const madeAt = scratchName.exec(name ?? '')?.[1]
    if (name === null || madeAt === undefined || now - Number(madeAt) < heldAfterSeconds) continue
    await drop(session, name)
  }
}

async function drop(session: Session, name: string): Promise<void> {
  try {
    await session.run(
      `DROP DATABASE IF EXISTS ${quoteName(name)}`,
      `the scratch database ${name} of a process that is gone could not be dropped`,
    )
  } catch (error) {
    const cause = error instanceof OctavoError ? error.cause : undefined
    if (!leftAlone.test(codeOf(cause))) throw error
  }
}

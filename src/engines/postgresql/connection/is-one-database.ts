import { randomInt } from 'node:crypto'
import { openSession, type ServerPlace } from './open-session.js'

/**
 * Whether two addresses lead to one database, through tunnels and under other names as well: a lock
 * that one of them holds is seen behind the other.
 */
export async function isOneDatabase(
  a: ServerPlace,
  b: ServerPlace,
  signal: AbortSignal,
): Promise<boolean> {
  const key = `${randomInt(2 ** 31)}, ${randomInt(2 ** 31)}`
  const first = await openSession(a, { signal })
  try {
    await first.run(`BEGIN; SELECT pg_catalog.pg_advisory_xact_lock(${key})`)
    const second = await openSession(b, { signal })
    try {
      const free = await second.value(
        `SELECT pg_catalog.pg_try_advisory_xact_lock(${key})`,
        'it could not be seen which database it is',
      )
      return free !== 't'
    } finally {
      await second.close()
    }
  } finally {
    await first.close()
  }
}

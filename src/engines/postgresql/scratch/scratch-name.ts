import { randomBytes } from 'node:crypto'
import type { Session } from '../connection/session.js'

/** `octavo_scratch_1795220220_9f86d081884c7d65`: when it was made, by the clock of its server. */
export const scratchName = /^octavo_scratch_(\d{10})_[0-9a-f]{16}$/

export async function newScratchName(session: Session): Promise<string> {
  return `octavo_scratch_${await serverSeconds(session)}_${randomBytes(8).toString('hex')}`
}

/** The server's clock is the one that all who make scratch databases there have in common. */
export async function serverSeconds(session: Session): Promise<string> {
  return await session.value(
    'SELECT pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp()))::bigint',
    'the clock of the server could not be read',
  )
}

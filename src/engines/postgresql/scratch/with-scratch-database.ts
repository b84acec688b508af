import { OctavoError } from '../../../core/errors.js'
import { openSession, type ServerPlace } from '../connection/open-session.js'
import { parseServerAddress } from '../../../core/server-address.js'
import type { Session } from '../connection/session.js'
import { quoteName, quoteText } from '../sql/quote.js'
import { dropScratch } from './drop-scratch.js'
import { removeLeftovers } from './remove-leftovers.js'
import { newScratchName } from './scratch-name.js'

const oldestWithProviders = 150_000
const oldestWithIdleLimit = 140_000

/**
 * Makes an empty database beside the one that is named, gives its address to `work`, and drops it,
 * whatever became of the work. Its user must be allowed to make databases.
 */
export async function withScratchDatabase<T>(
  place: ServerPlace,
  encoding: string,
  work: (scratch: ServerPlace) => Promise<T>,
): Promise<T> {
  const name = await onServer(place, async (session) => {
    await removeLeftovers(session)
    const wanted = await newScratchName(session)
    await create(session, wanted, encoding)
    return wanted
  })
  const scratch = { url: addressOf(place.url, name), shown: `the scratch database ${name}` }
  let keeper: Session | null = null
  try {
    keeper = await holdDatabase(scratch)
    return await work(scratch)
  } finally {
    await keeper?.close()
    await onServer(place, (session) => dropScratch(session, name))
  }
}

/** Without the signal of the job: what was made is dropped after a stop too. */
async function onServer<T>(place: ServerPlace, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(place)
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

/**
 * A session in the database for as long as it is used: the server drops no database that somebody is
 * connected to, and ends the session when this process is gone.
 */
async function holdDatabase(scratch: ServerPlace): Promise<Session> {
  const session = await openSession(scratch)
  if (session.versionNumber >= oldestWithIdleLimit)
    await session.run('SET idle_session_timeout = 0')
  return session
}

/** Nothing in a document hangs on the collation of its database: records stand in the order of C. */
async function create(session: Session, name: string, encoding: string): Promise<void> {
  const provider = session.versionNumber >= oldestWithProviders ? ' LOCALE_PROVIDER libc' : ''
  const wishes = `TEMPLATE template0 ENCODING ${quoteText(encoding)}${provider} LOCALE 'C'`
  try {
    await session.run(
      `CREATE DATABASE ${quoteName(name)} ${wishes}`,
      'a scratch database could not be made',
    )
  } catch (error) {
    if (!(error instanceof OctavoError) || error.code !== 'database-refused') throw error
    throw new OctavoError(error.code, error.message, {
      cause: error,
      hint: 'Let the user make databases (ALTER ROLE … CREATEDB), or name a server with SCRATCH_DATABASE_URL.',
    })
  }
}

/** The same address with another database. */
function addressOf(url: string, database: string): string {
  const address = parseServerAddress(url)
  const more = new URLSearchParams({ host: address.host, sslmode: address.sslMode })
  if (address.rootCert !== undefined) more.set('sslrootcert', address.rootCert)
  if (address.clientCert !== undefined) more.set('sslcert', address.clientCert)
  if (address.clientKey !== undefined) more.set('sslkey', address.clientKey)
  const [user, password] = [address.user, address.password].map(encodeURIComponent)
  return `postgresql://${user}:${password}@:${address.port}/${database}?${more.toString()}`
}

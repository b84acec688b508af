import { randomBytes } from 'node:crypto'
import { OctavoError } from '../../../core/errors.js'
import { openSession, type ServerPlace } from '../connection/open-session.js'
import { parseServerAddress } from '../../../core/server-address.js'
import type { Session } from '../connection/session.js'
import { quoteName, quoteText } from '../sql/quote.js'

const oldestWithProviders = 150_000

/**
 * Makes an empty database beside the one that is named, gives its address to `work`, and drops it,
 * whatever became of the work. Its user must be allowed to make databases.
 */
export async function withScratchDatabase<T>(
  place: ServerPlace,
  encoding: string,
  work: (scratch: ServerPlace) => Promise<T>,
): Promise<T> {
  const name = `octavo_scratch_${randomBytes(8).toString('hex')}`
  await onServer(place, (session) => create(session, name, encoding))
  try {
    return await work({ url: addressOf(place.url, name), shown: `the scratch database ${name}` })
  } finally {
    await onServer(place, (session) =>
      session.run(
        `DROP DATABASE IF EXISTS ${quoteName(name)} WITH (FORCE)`,
        `the scratch database ${name} could not be dropped`,
      ),
    )
  }
}

/** Without the signal of the job: what was made is dropped after a stop too. */
async function onServer(
  place: ServerPlace,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await openSession(place)
  try {
    await work(session)
  } finally {
    await session.close()
  }
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

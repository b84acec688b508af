import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { goodKeyLength } from '../config/service-settings.js'
import { asOctavoError, OctavoError } from '../core/errors.js'
import { freeSpace, showBytes } from '../core/files/free-space.js'
import type { ChosenDatabase, TargetDescription } from './job-types.js'

export interface Finding {
  readonly check: string
  readonly verdict: 'ok' | 'warning' | 'failed'
  readonly message: string
  /** What to do; empty where all is well. */
  readonly hint: string
}

export interface DoctorInput {
  /** Null where none is configured. */
  readonly database: ChosenDatabase | null
  readonly spoolFolder: string
  /** The keys' lengths in characters: the keys themselves are nobody's business here. */
  readonly keyLengths: readonly number[]
  /** The version that runs, and why it would abort when a database is opened. */
  readonly node: { readonly version: string; readonly fault: OctavoError | null }
  /** Behind the wall, because it opens the database: the `describe` job. */
  readonly describe: (target: ChosenDatabase) => Promise<TargetDescription>
}

/**
 * Looks at everything that an export and a restore need, and changes nothing. Where Node would abort
 * with SQLite, nothing is looked at that needs it.
 */
export async function doctor(input: DoctorInput): Promise<Finding[]> {
  const node = checkNode(input.node)
  const canOpen = node.verdict === 'ok'
  return [
    node,
    ...(canOpen ? [await checked('SQLite binding', checkBinding)] : []),
    ...(canOpen ? await checkDatabase(input) : []),
    await checked('spool folder', () => checkSpool(input.spoolFolder)),
    checkKey(input.keyLengths),
  ]
}

type Passed = Pick<Finding, 'verdict' | 'message' | 'hint'>

function passed(message: string): Passed {
  return { verdict: 'ok', message, hint: '' }
}

async function checked(check: string, run: () => Promise<Passed>): Promise<Finding> {
  try {
    return { check, ...(await run()) }
  } catch (thrown) {
    const error = asOctavoError(thrown)
    return { check, verdict: 'failed', message: error.message, hint: error.hint }
  }
}

function checkNode({ version, fault }: DoctorInput['node']): Finding {
  if (fault === null) return { check: 'Node', ...passed(version) }
  return { check: 'Node', verdict: 'failed', message: fault.message, hint: fault.hint }
}

async function checkBinding(): Promise<Passed> {
  try {
    const { default: Database } = await import('better-sqlite3')
    const connection = new Database(':memory:')
    const version: unknown = connection.prepare('SELECT sqlite_version()').pluck().get()
    connection.close()
    return passed(`SQLite ${String(version)}`)
  } catch (error) {
    throw new OctavoError('internal', 'the SQLite binding does not load on this machine', {
      cause: error,
      hint: 'Run `npm rebuild better-sqlite3` with the Node version that runs Octavo.',
    })
  }
}

async function checkDatabase({ database, describe }: DoctorInput): Promise<Finding[]> {
  if (database === null)
    return [
      {
        check: 'database',
        verdict: 'failed',
        message: 'no database is named',
        hint: 'Set DATABASE_URL or name a database on the command line.',
      },
    ]
  const { address } = database
  const file = await checked('database', async () => {
    const { tables, records } = await describe(database)
    return passed(`${address.shown}: ${tables} tables, ${records} records`)
  })
  if (address.engine !== 'sqlite' || file.verdict !== 'ok') return [file]
  const folder = dirname(address.path)
  return [
    file,
    await checked('write permission', () => checkWritable(address.path, folder)),
    await checked('space for a restore', () => checkSpaceForRestore(address.path, folder)),
  ]
}

async function checkWritable(path: string, folder: string): Promise<Passed> {
  for (const place of [path, folder])
    await access(place, constants.R_OK | constants.W_OK).catch((error: unknown) => {
      throw new OctavoError('io-failed', `this user may not write to ${place}`, {
        cause: error,
        hint: 'Exports work without it; a restore needs it. Run as the user that owns the app.',
      })
    })
  return passed(`${path} and its folder`)
}

/** The new database, the safety copy and the journal of the last step. */
async function checkSpaceForRestore(path: string, folder: string): Promise<Passed> {
  const { size } = await stat(path)
  const free = await freeSpace(folder)
  const message = `a restore needs ${showBytes(3 * size)} in ${folder}, ${showBytes(free)} is free`
  if (free >= 3 * size) return passed(message)
  return { verdict: 'warning', message, hint: 'Free some space before the night you need it.' }
}

async function checkSpool(folder: string): Promise<Passed> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await access(folder, constants.W_OK)
  return passed(`${folder}, ${showBytes(await freeSpace(folder))} free`)
}

function checkKey(lengths: readonly number[]): Finding {
  const check = 'BACKUP_API_KEY'
  if (lengths.length === 0)
    return {
      check,
      verdict: 'warning',
      message: 'not set: `octavo serve` will not start',
      hint: 'Set it to a random text of 32 characters or more.',
    }
  const shortest = Math.min(...lengths)
  const good = shortest >= goodKeyLength
  return {
    check,
    verdict: good ? 'ok' : 'warning',
    message: `${lengths.length === 1 ? 'one key' : `${lengths.length} keys`}, the shortest of ${shortest} characters`,
    hint: good ? '' : `Use ${goodKeyLength} characters or more.`,
  }
}

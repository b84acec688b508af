import { constants } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../core/files/durable-file.js'
import type { ChosenDatabase } from '../jobs/job-types.js'

/** What the archiver tells once a backup is on its branch. */
export const archivedSchema = z
  .object({
    database: z.string().min(1).max(200),
    repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
    commit: z.string().regex(/^[0-9a-f]{40,64}$/),
    name: z.string().regex(/^[\w.-]{1,100}$/),
    content_sha256: z.string().regex(/^[0-9a-f]{64}$/),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Archived' })

export type Archived = z.output<typeof archivedSchema>

const fileSchema = z.object({ octavo_archived: z.literal(1), databases: z.array(archivedSchema) })

/**
 * A hidden file beside the database, `.db.sqlite3.octavo-archived.json`: where the database outlives a
 * deployment, so does this. Beside the file itself where the path is a link. Null for a server.
 */
export async function fileBeside({ address }: ChosenDatabase): Promise<string | null> {
  if (address.engine !== 'sqlite') return null
  const path = await realpath(address.path).catch(() => address.path)
  return join(dirname(path), `.${basename(path)}.octavo-archived.json`)
}

const { O_NONBLOCK, O_RDONLY } = constants

/** What can't be read or understood is as none: it must not keep the service from starting. */
export async function readArchived(file: string): Promise<readonly Archived[]> {
  try {
    // Without waiting: a pipe could have been put in its place.
    const text = await readFile(file, { encoding: 'utf8', flag: O_RDONLY | O_NONBLOCK })
    return fileSchema.parse(JSON.parse(text)).databases
  } catch {
    return []
  }
}

/** Resolves when it is on the disk, beside what the file says of other databases. */
export async function writeArchived(file: string, archived: Archived): Promise<void> {
  const others = (await readArchived(file)).filter(({ database }) => database !== archived.database)
  const text = JSON.stringify({ octavo_archived: 1, databases: [...others, archived] })
  await writeDurably(file, `${text}\n`)
}

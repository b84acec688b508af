import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../core/files/durable-file.js'

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

/** The last archived backup of each database, in a small file that outlives the process. */
export class ArchivedState {
  readonly #file: string
  readonly #known: Map<string, Archived>
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(file: string, known: readonly Archived[]) {
    this.#file = file
    this.#known = new Map(known.map((archived) => [archived.database, archived]))
  }

  /** A file that can't be understood is as none: the next backup writes it anew. */
  static async open(folder: string): Promise<ArchivedState> {
    const file = join(folder, 'archived.json')
    return new ArchivedState(file, await readKnown(file))
  }

  of(database: string): Archived | null {
    return this.#known.get(database) ?? null
  }

  /** Resolves when it is on the disk. What is told late never replaces what is newer. */
  async remember(archived: Archived): Promise<void> {
    const known = this.of(archived.database)
    if (known && Date.parse(known.at) > Date.parse(archived.at)) return
    this.#known.set(archived.database, archived)
    const text = JSON.stringify({ octavo_archived: 1, databases: [...this.#known.values()] })
    const written = this.#writing.then(() => writeDurably(this.#file, `${text}\n`))
    this.#writing = written.catch(() => undefined)
    await written
  }
}

async function readKnown(file: string): Promise<readonly Archived[]> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).databases
  } catch {
    // What can't be read or understood is as none: it must not keep the service from starting.
    return []
  }
}

import type { JobContext } from '../job-context.js'
import type { ScratchServer } from '../job-types.js'
import { findSource, type FoundSource } from './find-source.js'

/** A backup file that is opened as a document or as an SQLite file. */
export interface Source {
  readonly kind: 'document' | 'sqlite'
  readonly path: string
  readonly compressed: boolean
}

export interface OpenSource {
  readonly workFolder: string
  readonly context: JobContext
  /** Where a dump is restored to become a document. */
  readonly scratch: ScratchServer | undefined
  /** Pairs of table name and model name, for dumps. */
  readonly modelNames?: readonly (readonly [string, string])[]
}

/** Opens a backup file by what it holds. Of a dump a document is made: all that those can do, it can. */
export async function openSource(file: string, options: OpenSource): Promise<Source> {
  return await openFound(await findSource(file, options.workFolder, options.context), options)
}

export async function openFound(found: FoundSource, options: OpenSource): Promise<Source> {
  if (found.kind !== 'dump') return found
  const { documentOfDump } = await import('../postgresql/document-of-dump.js')
  const made = await documentOfDump({ file: found.path, format: found.format }, options)
  return { kind: 'document', path: made.file, compressed: found.compressed }
}

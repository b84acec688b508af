import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OctavoError } from '../core/errors.js'
import { requireSpace } from '../core/files/free-space.js'
import { proveDocument } from '../documents/prove-document.js'
import type { GitHubRepository } from '../stores/github/connect-github.js'
import type { Adoptable, LeftFile } from './adoptable.js'
import { downloadParts } from './github/download-parts.js'
import type { Listeners } from './listeners.js'
import { manifestVersion, type Manifest } from './manifest.js'
import { describeRange } from './parts/document-parts.js'
import { described, requireWholeDatabase } from './prove-export.js'
import { whyNotAdopted } from './why-not-adopted.js'

interface ProveOptions extends Listeners {
  readonly folder: string
}

/** Errors that say something of the document, and nothing of the way to it. */
const ofDocument = ['document', 'format', 'fetch-not-proved']

/** The manifest of a document that is whole, or why it is none. What GitHub fails at is thrown. */
export async function proveAdoptable(
  repository: GitHubRepository,
  { name, parts: wanted }: Adoptable,
  { folder, ...listeners }: ProveOptions,
): Promise<Manifest | LeftFile> {
  const file = join(folder, 'adopted.json')
  const size = wanted.reduce((sum, part) => sum + part.size, 0)
  await requireSpace(folder, size, 'the backup')
  try {
    const parts = await downloadParts(repository, wanted, { file, ...listeners })
    const proved = await proveDocument(file, listeners)
    requireWholeDatabase(proved)
    const { sha256 } = await describeRange(file, 0, size)
    return {
      octavo_manifest: manifestVersion,
      name,
      export_date: proved.header.export_date,
      unchanged_since: null,
      ...described(proved),
      source: null,
      size,
      sha256,
      // It is whole; that a restore gives back the database was said to nobody here.
      verified: null,
      parts,
    }
  } catch (error) {
    if (!(error instanceof OctavoError) || !ofDocument.some((of) => error.code.startsWith(of)))
      throw error
    const reason = await whyNotAdopted(file, error, listeners)
    return { path: wanted[0]?.path ?? name, reason }
  } finally {
    await rm(file, { force: true })
  }
}

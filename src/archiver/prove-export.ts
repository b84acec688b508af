import { createHash } from 'node:crypto'
import { OctavoError } from '../core/errors.js'
import { documentFileName } from '../core/names.js'
import { schemaLine } from '../documents/document-lines.js'
import { proveDocument, type ProvedDocument } from '../documents/prove-document.js'
import type { Listeners } from './listeners.js'
import { manifestVersion, type Manifest } from './manifest.js'
import { documentParts } from './parts/document-parts.js'
import type { PartSizes } from './parts/part-sizes.js'
import type { DownloadedExport } from './request-export.js'
import { sourceOf } from './series.js'

/** An export is made when it is asked for: one from another day was kept by something in between. */
const oldestMs = 24 * 60 * 60 * 1000

interface ProveOptions extends Listeners {
  readonly now: Date
  /** The address that the export was asked for at. */
  readonly address: URL
  /** How the document is cut; the tests make it small. */
  readonly sizes?: PartSizes | undefined
}

/** Proves a downloaded document to its end and gives the manifest that says so. */
export async function proveExport(
  downloaded: DownloadedExport,
  { now, address, sizes, ...listeners }: ProveOptions,
): Promise<Manifest> {
  const { file, bytes, sha256, digestAnnounced, verified } = downloaded
  const proved = await proveReceived(file, listeners)
  requireWholeDatabase(proved)
  if (!digestAnnounced)
    throw new OctavoError('fetch-not-proved', 'the answer carries no digest (Repr-Digest)', {
      hint: 'Octavo sends one: check that nothing between the service and this run drops headers.',
    })
  if (verified !== 'snapshot')
    throw new OctavoError(
      'fetch-not-proved',
      verified === null
        ? 'the service does not say that it verified the export (Octavo-Verified)'
        : `the service says "${verified.slice(0, 40)}" of its verification, not "snapshot"`,
      { hint: 'Update Octavo on the service, and check that BACKUP_URL leads to it.' },
    )
  requireFresh(new Date(proved.header.export_date), now)
  const name = documentFileName(new Date(proved.header.export_date)).replace(/\.json$/, '')
  const parts = await documentParts(file, { name, size: bytes, sizes, signal: listeners.signal })
  return {
    octavo_manifest: manifestVersion,
    name,
    export_date: proved.header.export_date,
    unchanged_since: null,
    ...described(proved),
    source: sourceOf(address),
    size: bytes,
    sha256,
    verified: 'snapshot',
    parts,
  }
}

async function proveReceived(file: string, listeners: Listeners): Promise<ProvedDocument> {
  try {
    return await proveDocument(file, listeners)
  } catch (error) {
    if (!(error instanceof OctavoError) || error.code !== 'format-unknown') throw error
    throw new OctavoError('fetch-not-proved', `this is no export of Octavo: ${error.message}`, {
      cause: error,
      hint: 'Set BACKUP_URL to the address of Octavo: this is the export of another program.',
    })
  }
}

/** What a manifest says of any proved document. */
export function described({ header, schema, end }: ProvedDocument) {
  const schemaHash = createHash('sha256')
  for (const object of schema) schemaHash.update(`${schemaLine(object)}\n`)
  return {
    database: { ...header.database },
    generator: header.generator,
    excluded_rows: [...(header.excluded_rows ?? [])],
    content_sha256: end.contentSha256,
    schema_sha256: schemaHash.digest('hex'),
    records: end.summary.records,
    models: [...end.summary.models].map(([model, { records }]) => ({ model, records })),
  }
}

/** Throws for the sample, and for a document of chosen models. */
export function requireWholeDatabase({ header }: ProvedDocument): void {
  if (header.sample === true)
    throw new OctavoError('fetch-not-proved', 'the service exports the sample, not a database', {
      hint: 'Set DATABASE_URL on the service to the database of the app.',
    })
  if (header.selection !== undefined)
    throw new OctavoError(
      'fetch-not-proved',
      `the export holds chosen models only: ${header.selection.join(', ').slice(0, 200)}`,
      { hint: 'Remove `models` from BACKUP_URL: a backup holds the whole database.' },
    )
}

function requireFresh(exportedAt: Date, now: Date): void {
  const agoMs = now.getTime() - exportedAt.getTime()
  if (Math.abs(agoMs) <= oldestMs) return
  throw new OctavoError(
    'fetch-not-proved',
    `the export is dated ${exportedAt.toISOString()}, and now it is ${now.toISOString()}`,
    {
      hint:
        agoMs > 0
          ? 'Something in between answers with an old export: set BACKUP_URL past the cache.'
          : 'The clock of the service is wrong: correct it, since backups are named by it.',
    },
  )
}

/** Proves that a document brought back from the branch is the one that its manifest describes. */
export async function proveStored(
  file: string,
  manifest: Manifest,
  listeners: Listeners,
): Promise<void> {
  const { end } = await proveDocument(file, listeners)
  if (end.contentSha256 === manifest.content_sha256) return
  throw new OctavoError(
    'document-altered',
    `the content of ${manifest.name} is not what its manifest says`,
  )
}

import { z } from 'zod'
import { OctavoError } from '../core/errors.js'
import { manifestPath } from './branch-paths.js'

/** The version of manifests that this release writes, and the highest that it reads. */
export const manifestVersion = 1

const hexSha256 = z.string().regex(/^[0-9a-f]{64}$/)
const bytes = z.number().int().min(0)

const partSchema = z.object({
  path: z.string().regex(/^backups\/[^/]+(\/\d{4}\.json-part)?$/),
  size: bytes,
  sha256: hexSha256,
  /** The id of git's object: what the tree of the branch must hold at `path`. */
  blob: z.string().regex(/^[0-9a-f]{40}$/),
})

const manifestSchema = z.object({
  octavo_manifest: z.literal(manifestVersion),
  name: z.string().regex(/^[\w.-]+$/),
  /** The instant of the export that this backup stands for. */
  export_date: z.iso.datetime(),
  /** The date inside the document, where an older one of the same content was reused. */
  unchanged_since: z.iso.datetime().nullable(),
  database: z.looseObject({ name: z.string(), label: z.string(), engine: z.string() }),
  /** The service that exported it: host and path. Null where that is not known. */
  source: z.string().nullable().default(null),
  generator: z.string(),
  excluded_rows: z.array(z.string()),
  /** Of the whole document: the parts one after the other. */
  size: bytes,
  sha256: hexSha256,
  content_sha256: hexSha256,
  schema_sha256: hexSha256,
  records: z.number().int().min(0),
  models: z.array(z.object({ model: z.string(), records: z.number().int().min(0) })),
  verified: z.enum(['snapshot', 'round-trip']).nullable(),
  /** The files of the document in their order: one after the other they are its bytes. */
  parts: z.array(partSchema).min(1),
})

/**
 * The small JSON beside an archive that says what is in it. On the branch it stands in `manifests/`
 * under the name of its backup; a backup without one is not ours.
 */
export type Manifest = z.infer<typeof manifestSchema>

/** A file of the branch that is the document, or a piece of it. */
export type Part = Manifest['parts'][number]

/** One member on a line, so that a change reads well in a diff. */
export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** Throws `document-version` for a newer manifest, `document-invalid` for any other fault. */
export function readManifest(text: string, path: string): Manifest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new OctavoError('document-invalid', `the manifest ${path} is not JSON`, { cause })
  }
  const version = z.object({ octavo_manifest: z.number() }).safeParse(json)
  if (version.success && version.data.octavo_manifest > manifestVersion)
    throw new OctavoError('document-version', `the manifest ${path} is of a newer version`)
  const parsed = manifestSchema.safeParse(json)
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new OctavoError('document-invalid', `the manifest ${path} is wrong at "${where}"`, {
      cause: parsed.error,
    })
  }
  if (manifestPath(parsed.data.name) !== path)
    throw new OctavoError('document-invalid', `the manifest ${path} names another backup`)
  const size = parsed.data.parts.reduce((sum, part) => sum + part.size, 0)
  if (size !== parsed.data.size)
    throw new OctavoError('document-invalid', `the parts in the manifest ${path} do not add up`)
  return parsed.data
}

/** The same content from the same versions and settings: one stored document can stand for both. */
export function sameContent(a: Manifest, b: Manifest): boolean {
  return (
    a.content_sha256 === b.content_sha256 &&
    a.generator === b.generator &&
    sorted(a.database) === sorted(b.database) &&
    JSON.stringify(a.excluded_rows) === JSON.stringify(b.excluded_rows)
  )
}

function sorted(database: object): string {
  return JSON.stringify(Object.entries(database).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

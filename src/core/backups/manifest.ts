import { z } from 'zod'
import { exportFormats } from '../export-formats.js'
import { OctavoError } from '../errors.js'

/** The version of manifests that this release writes, and the highest that it reads. */
export const backupManifestVersion = 1

const hexSha256 = z.string().regex(/^[0-9a-f]{64}$/)
const bytes = z.number().int().min(0)

/** What an id looks like: the second of the snapshot in UTC, and six digits against clashes. */
export const backupIdPattern = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/

export const backupManifestSchema = z.object({
  octavo_backup: z.literal(backupManifestVersion),
  id: z.string().regex(backupIdPattern),
  /** The instant of the snapshot. */
  taken_at: z.iso.datetime(),
  database: z.object({
    name: z.string(),
    label: z.string(),
    engine: z.string(),
    /** Which database it was (docs/format.md, Header); missing in manifests of older releases. */
    identity: z
      .object({ fingerprint: hexSha256, schema_sha256: hexSha256.nullable() })
      .exactOptional(),
  }),
  generator: z.string(),
  /** The plan that started it (`schedule daily`), or who did (`cli`, `key deploy`). */
  started_by: z.string(),
  format: z.enum(exportFormats),
  /** The file in the store, after its codecs. */
  archive: z.object({
    name: z.string().min(1),
    size: bytes,
    sha256: hexSha256,
    /** In the order in which they were put on. */
    codecs: z.array(z.enum(['gzip', 'age'])),
  }),
  /** Of the document, native copy or dump before its codecs. */
  plain: z.object({ size: bytes, sha256: hexSha256 }),
  /** Null for native copies and dumps. */
  content_sha256: hexSha256.nullable(),
  /** Models whose rows were left out: a restore brings them back empty. */
  excluded_rows: z.array(z.string()),
  records: z.number().int().min(0),
  models: z.array(z.object({ model: z.string(), records: z.number().int().min(0) })),
  /** Between the start of the run and the finished archive. */
  duration_ms: z.number().int().min(0),
  /**
   * `snapshot`: before it was stored the archive was restored and compared with the snapshot, row by
   * row. What the store gave back is proved later, and said in a verification beside this manifest.
   */
  proved: z.enum(['snapshot']).nullable(),
})

/**
 * The small JSON beside an archive in a store that says what is in it: `NAME.manifest.json`. It is
 * written last, once, and never changed. A file without one is not ours.
 */
export type BackupManifest = z.infer<typeof backupManifestSchema>

export function writeBackupManifest(manifest: BackupManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** Throws `document-version` for a newer one, `document-invalid` for any other fault. */
export function readBackupManifest(text: string, path: string): BackupManifest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new OctavoError('document-invalid', `the manifest ${path} is not JSON`, { cause })
  }
  const version = z.object({ octavo_backup: z.number() }).safeParse(json)
  if (version.success && version.data.octavo_backup > backupManifestVersion)
    throw new OctavoError('document-version', `the manifest ${path} is of a newer version`)
  const parsed = backupManifestSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new OctavoError('document-invalid', `the manifest ${path} is wrong at "${where}"`, {
    cause: parsed.error,
  })
}

import { OctavoError } from '../core/errors.js'
import type { RetainedBackup } from '../core/retention/keep-newest.js'
import { readText, type BranchState } from '../stores/github/branch-state.js'
import type { GitHubRepository } from '../stores/github/connect-github.js'
import { nameOfManifest } from './branch-paths.js'
import { readManifest, type Manifest } from './manifest.js'
import { seriesNamer } from './series.js'

/** A backup on the branch: its manifest can be read, and its files are there as it says. */
export interface StoredBackup extends RetainedBackup {
  readonly manifest: Manifest
}

/** A backup that can't be used, and why. */
export interface BrokenBackup {
  readonly name: string
  /** Where it can be read. */
  readonly manifest: Manifest | null
  /** Of which it counts, as for a stored one; null where that can't be read. */
  readonly database: string | null
  readonly error: OctavoError
}

export interface StoredBackups {
  readonly backups: readonly StoredBackup[]
  readonly broken: readonly BrokenBackup[]
  /** What is left alone because it can not be understood, one sentence each. */
  readonly warnings: readonly string[]
}

/** Texts already read, by their name in git: a second reading after a race costs few calls. */
export type TextCache = Map<string, string>

/** Reads every manifest of the branch, one call after another. */
export async function readBackups(
  repository: GitHubRepository,
  branch: BranchState | null,
  cache: TextCache,
): Promise<StoredBackups> {
  const manifests: Manifest[] = []
  const unusable: Omit<BrokenBackup, 'database'>[] = []
  for (const [path, { sha }] of branch?.entries ?? []) {
    const name = nameOfManifest(path)
    if (name === null) continue
    const text = cache.get(sha) ?? (await readText(repository, sha))
    cache.set(sha, text)
    let manifest: Manifest | null = null
    try {
      manifest = readManifest(text, path)
      requireParts(manifest, path, branch)
      manifests.push(manifest)
    } catch (error) {
      if (!(error instanceof OctavoError)) throw error
      unusable.push({ name, manifest, error })
    }
  }
  const readable = unusable.flatMap(({ manifest }) => manifest ?? [])
  const seriesOf = seriesNamer([...manifests, ...readable])
  const broken = unusable.map((one) => {
    return { ...one, database: one.manifest && seriesOf(one.manifest) }
  })
  const warnings = broken.map(({ error }) => `${error.message}: it was left alone`)
  return { backups: storedBackups(manifests, seriesOf), broken, warnings }
}

/** As retention and choice see backups. */
export function storedBackups(
  manifests: readonly Manifest[],
  seriesOf = seriesNamer(manifests),
): StoredBackup[] {
  return manifests.map((manifest) => ({
    manifest,
    name: manifest.name,
    database: seriesOf(manifest),
    exportedAt: new Date(manifest.export_date),
    verified: manifest.verified !== null,
    content: manifest.content_sha256,
  }))
}

function requireParts(manifest: Manifest, path: string, branch: BranchState | null): void {
  for (const part of manifest.parts) {
    const sha = branch?.entries.get(part.path)?.sha
    if (sha === part.blob) continue
    const what = sha === undefined ? 'is missing' : 'is not the one that was written'
    throw new OctavoError(
      'document-altered',
      `the file ${part.path} of the manifest ${path} ${what}`,
    )
  }
}

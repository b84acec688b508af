import { connectGitHub } from '../../../src/stores/github/connect-github.js'
import type { BranchState, TreeEntry } from '../../../src/stores/github/branch-state.js'
import { writeManifest, type Manifest } from '../../../src/archiver/manifest.js'
import { readBackups, type StoredBackups } from '../../../src/archiver/read-backups.js'

export interface ManifestWishes {
  readonly source: string | null
  readonly verified?: null
  readonly name?: string
  readonly label?: string
}

const hash = 'a'.repeat(64)

/** Of a backup of one file, taken on this day. */
export function manifestOf(
  day: string,
  { source, verified = null, name: database = 'queue', label = '' }: ManifestWishes,
): Manifest {
  const name = `database_backup_${day}_00-17-00`
  return {
    octavo_manifest: 1,
    name,
    export_date: `${day}T00:17:00.000Z`,
    unchanged_since: null,
    database: { name: database, label, engine: 'sqlite' },
    source,
    generator: 'octavo',
    excluded_rows: [],
    size: 1,
    sha256: hash,
    content_sha256: hash,
    schema_sha256: hash,
    records: 0,
    models: [],
    verified,
    parts: [{ path: `backups/${name}.json`, size: 1, sha256: hash, blob: 'b'.repeat(40) }],
  }
}

/** A branch with these backups, but for the file at `without`, and what is read of it. */
export async function branchHolding(
  manifests: readonly Manifest[],
  { without }: { readonly without?: string | undefined } = {},
): Promise<StoredBackups & { readonly branch: BranchState }> {
  const entries = new Map<string, TreeEntry>()
  const texts = new Map<string, string>()
  for (const manifest of manifests) {
    const path = `manifests/${manifest.name}.json`
    entries.set(path, { mode: '100644', sha: path })
    texts.set(path, writeManifest(manifest))
    for (const part of manifest.parts)
      if (part.path !== without) entries.set(part.path, { mode: '100644', sha: part.blob })
  }
  const branch = { commit: 'c', tree: 't', entries }
  // All texts are known, so that nothing is asked of it.
  const repository = await connectGitHub({ repository: 'lab/backups', token: 'none' }, {})
  return { ...(await readBackups(repository, branch, texts)), branch }
}

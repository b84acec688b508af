import { OctavoError } from '../core/errors.js'
import { keepNewest, newestFirst } from '../core/retention/keep-newest.js'
import type { BranchState } from './github/branch-state.js'
import type { TreeChange } from './github/tree-change.js'
import { sameContent, writeManifest, type Manifest } from './manifest.js'
import { partPath, wholePath } from './parts/document-parts.js'
import { planLatest } from './plan-latest.js'
import { planPrune } from './plan-prune.js'
import { storedBackup, type StoredBackup } from './read-backups.js'

export interface CommitInput {
  readonly branch: BranchState | null
  readonly stored: readonly StoredBackup[]
  /** Of the backup to be added. */
  readonly manifest: Manifest
  readonly keep: number
}

export interface CommitPlan {
  /** As it will be committed: with the files of an older backup where the content is the same. */
  readonly manifest: Manifest
  readonly previous: Manifest | null
  readonly unchanged: boolean
  /** Newest first, the new one among them. */
  readonly kept: readonly StoredBackup[]
  readonly pruned: readonly StoredBackup[]
  readonly changes: readonly TreeChange[]
  readonly warnings: readonly string[]
}

/** What one commit does to the branch: the new backup added, and what is past its time removed. */
export function planCommit({ branch, stored, manifest: fresh, keep }: CommitInput): CommitPlan {
  requireFreeName(branch, fresh)
  const own = storedBackup(fresh).database
  const ofDatabase = stored.filter(({ database }) => database === own)
  const previous = newestFirst(ofDatabase)[0]?.manifest ?? null
  const unchanged = previous !== null && sameContent(previous, fresh)
  const manifest = unchanged ? reuse(previous, fresh) : fresh
  const decisions = keepNewest([...stored, storedBackup(manifest)], keep, manifest.name)
  const kept = decisions.filter((one) => one.kept).map(({ backup }) => backup)
  const pruned = decisions.filter((one) => !one.kept).map(({ backup }) => backup)
  const latest = planLatest({ branch, stored, newest: kept[0]?.manifest })
  return {
    manifest,
    previous,
    unchanged,
    kept,
    pruned,
    changes: [...added(manifest), ...latest.changes, ...planPrune({ branch, kept, pruned })],
    warnings: latest.warnings,
  }
}

/** The document of the older backup under the new date: git stores it once, nothing is sent. */
function reuse(previous: Manifest, fresh: Manifest): Manifest {
  const { parts } = previous
  const { name } = fresh
  return {
    ...fresh,
    unchanged_since: previous.unchanged_since ?? previous.export_date,
    size: previous.size,
    sha256: previous.sha256,
    parts: parts.map((part, index) => ({
      ...part,
      path: parts.length === 1 ? wholePath(name) : partPath(name, index),
    })),
  }
}

/** A folder of this name is taken too: a part of somebody else's in it would come between ours. */
function requireFreeName(branch: BranchState | null, { name }: Manifest): void {
  const files = [`manifests/${name}.json`, wholePath(name)]
  const taken = [...(branch?.entries.keys() ?? [])].find(
    (path) => files.includes(path) || path.startsWith(`backups/${name}/`),
  )
  if (taken === undefined) return
  throw new OctavoError('github-failed', `the branch already holds another ${taken}`, {
    hint: 'Nothing is overwritten. Run it again: the next export has another name.',
  })
}

function added(manifest: Manifest): TreeChange[] {
  return [
    ...manifest.parts.map(({ path, blob }) => ({ path, sha: blob })),
    { path: `manifests/${manifest.name}.json`, content: writeManifest(manifest) },
  ]
}

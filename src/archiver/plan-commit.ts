import { OctavoError } from '../core/errors.js'
import { keepNewest, newestFirst } from '../core/retention/keep-newest.js'
import type { BranchState } from '../stores/github/branch-state.js'
import type { TreeChange } from '../stores/github/tree-change.js'
import { manifestPath, partPath, wholePath } from './branch-paths.js'
import { sameContent, writeManifest, type Manifest } from './manifest.js'
import { planLatest } from './plan-latest.js'
import { planPrune } from './plan-prune.js'
import { storedBackups, type StoredBackup } from './read-backups.js'
import { databaseTitle, seriesNamer } from './series.js'

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
  const before = stored.map((one) => one.manifest)
  const seriesOf = seriesNamer([...before, fresh])
  const ofSeries = before.filter((one) => seriesOf(one) === seriesOf(fresh))
  const previous = newestFirst(storedBackups(ofSeries))[0]?.manifest ?? null
  const unchanged = previous !== null && sameContent(previous, fresh)
  const manifest = unchanged ? reuse(previous, fresh) : fresh
  const decisions = keepNewest(storedBackups([...before, manifest]), keep, manifest.name)
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
    warnings: [...latest.warnings, ...(previous ? [] : namesakes(before, fresh))],
  }
}

/** Said once, with the first backup: a service that moved leaves a series behind that nothing prunes. */
function namesakes(before: readonly Manifest[], fresh: Manifest): string[] {
  const title = databaseTitle(fresh)
  const sources = before.filter((one) => databaseTitle(one) === title).map(({ source }) => source)
  return [...new Set(sources)].map(
    (source) =>
      `backups of ${title} from ${source ?? 'an unknown service'} are on the branch too: they count on their own, and stay. Where the service moved, remove them by hand once they are old.`,
  )
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
  const files = [manifestPath(name), wholePath(name)]
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
    { path: manifestPath(manifest.name), content: writeManifest(manifest) },
  ]
}

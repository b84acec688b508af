import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import { keepNewest } from '../core/retention/keep-newest.js'
import type { GitHubPlace } from '../stores/github/github-place.js'
import { connectGitHub, type GitHubRepository } from '../stores/github/connect-github.js'
import { retryMoves } from '../stores/github/retry-moves.js'
import { createCommit } from '../stores/github/write-objects.js'
import { branchPapers } from './branch-papers.js'
import { manifestPath } from './branch-paths.js'
import { replaceBranch } from './github/replace-branch.js'
import { listenersOf, type Listeners } from './listeners.js'
import { planLatest } from './plan-latest.js'
import { planPrune } from './plan-prune.js'
import { readBackups, type StoredBackups, type TextCache } from './read-backups.js'
import { unclaimedPaths } from './unclaimed-paths.js'

export interface CompactOptions extends Listeners {
  readonly github: GitHubPlace
  /** How many backups of each database stay. */
  readonly keep: number
  readonly clock: Clock
}

export interface CompactResult {
  readonly repository: string
  readonly branch: string
  readonly commit: string
  /** Where the branch was before. */
  readonly replaced: string
  /** Names, newest first. */
  readonly kept: readonly string[]
  readonly pruned: readonly string[]
  /** Files in backups/ that belong to no backup: they are still there. */
  readonly left: readonly string[]
}

/**
 * Makes the branch anew as one commit without a past, that holds the kept backups and what is not
 * ours. After a failure it is as it was. The host keeps the old objects until it collects them.
 */
export async function compactBranch(options: CompactOptions): Promise<CompactResult> {
  const { keep, onProgress } = options
  const listeners = listenersOf(options)
  const repository = await connectGitHub(options.github, listeners)
  const cache: TextCache = new Map()
  return retryMoves(repository, options, async (branch) => {
    onProgress?.({ phase: 'compacting' })
    const stored = await readBackups(repository, branch, cache)
    requireWhole(repository, stored)
    if (branch === null) throw new OctavoError('internal', 'a branch that is not there has backups')
    const decisions = keepNewest(stored.backups, keep)
    const kept = decisions.filter((one) => one.kept).map(({ backup }) => backup)
    const pruned = decisions.filter((one) => !one.kept).map(({ backup }) => backup)
    const latest = planLatest({ branch, stored: stored.backups, newest: kept[0]?.manifest })
    const papers = await branchPapers(repository, { branch, kept }, cache)
    const changes = [...planPrune({ branch, kept, pruned }), ...latest.changes, ...papers]
    const message = `Keep ${kept.length} backups and no history\n`
    const commit = await createCommit(repository, branch, { changes, message, orphan: true })
    if (!(await replaceBranch(repository, branch, commit))) return null
    return {
      repository: repository.name,
      branch: repository.branch,
      commit,
      replaced: branch.commit,
      kept: kept.map(({ name }) => name),
      pruned: pruned.map(({ name }) => name),
      left: unclaimedPaths(branch, stored.backups),
    }
  })
}

/** Without history what was altered on the branch could not be brought back from it. */
function requireWhole(repository: GitHubRepository, { backups, broken }: StoredBackups): void {
  const [first] = broken
  if (first)
    throw new OctavoError(
      'document-altered',
      `the history is still needed: ${first.error.message}`,
      {
        hint: `Bring the file back from an older commit of ${repository.branch}, or remove ${manifestPath(first.name)} there: then run it again.`,
      },
    )
  if (backups.length > 0) return
  const { name, branch } = repository
  throw new OctavoError('not-found', `the branch ${branch} of ${name} holds no backup to keep`, {
    hint: '`octavo archive` makes the first one; `octavo archive --adopt` takes files that are there.',
  })
}

import type { Clock } from '../core/clock.js'
import type { BranchState } from '../stores/github/branch-state.js'
import type { GitHubRepository } from '../stores/github/connect-github.js'
import { moveBranch } from '../stores/github/move-branch.js'
import { retryMoves } from '../stores/github/retry-moves.js'
import { createCommit, uploadBlob } from '../stores/github/write-objects.js'
import { branchPapers } from './branch-papers.js'
import type { Listeners } from './listeners.js'
import type { Manifest } from './manifest.js'
import { planCommit, type CommitPlan } from './plan-commit.js'
import { databaseTitle } from './series.js'
import { readBackups, type TextCache } from './read-backups.js'

export interface CommitOptions extends Listeners {
  /** The proved document, whole. */
  readonly file: string
  readonly manifest: Manifest
  readonly keep: number
  readonly clock: Clock
}

export interface Committed {
  readonly commit: string
  readonly plan: CommitPlan
  readonly warnings: readonly string[]
}

/**
 * Adds the backup, and removes those past their time, in one commit. Everything before the last call
 * makes objects that no branch points to: a failure leaves the branch as it was. Where someone else
 * moved the branch meanwhile, it is read and planned again.
 */
export async function commitBackup(
  repository: GitHubRepository,
  options: CommitOptions,
): Promise<Committed> {
  const cache: TextCache = new Map()
  const uploaded = new Set<string>()
  return retryMoves(repository, options, async (branch) => {
    options.onProgress?.({ phase: 'committing' })
    const { backups, warnings } = await readBackups(repository, branch, cache)
    const { manifest, keep } = options
    const plan = planCommit({ branch, stored: backups, manifest, keep })
    await upload(repository, plan, { ...options, branch, uploaded })
    const commit = await createPlannedCommit(repository, { branch, plan, cache })
    if (!(await moveBranch(repository, branch, commit))) return null
    return { commit, plan, warnings: [...warnings, ...plan.warnings] }
  })
}

interface UploadOptions extends CommitOptions {
  readonly branch: BranchState | null
  /** Sent in an earlier attempt of this run. */
  readonly uploaded: Set<string>
}

/**
 * Sends the parts that the branch does not hold yet, one after the other: GitHub asks for that. The
 * parts of an older backup that is used again are all there.
 */
async function upload(
  repository: GitHubRepository,
  { manifest }: CommitPlan,
  { file, branch, uploaded, onProgress }: UploadOptions,
): Promise<void> {
  const there = new Set([...(branch?.entries.values() ?? [])].map(({ sha }) => sha))
  let start = 0
  for (const { blob, size } of manifest.parts) {
    if (!there.has(blob) && !uploaded.has(blob)) {
      onProgress?.({ phase: 'sending', bytes: start, total: manifest.size })
      await uploadBlob(repository, { file, start, size }, blob)
      uploaded.add(blob)
    }
    start += size
  }
}

async function createPlannedCommit(
  repository: GitHubRepository,
  {
    branch,
    plan,
    cache,
  }: {
    readonly branch: BranchState | null
    readonly plan: CommitPlan
    readonly cache: TextCache
  },
): Promise<string> {
  const papers = await branchPapers(repository, { branch, kept: plan.kept }, cache)
  const changes = [...plan.changes, ...papers]
  return createCommit(repository, branch, { changes, message: commitMessage(plan) })
}

function commitMessage({ manifest, unchanged, pruned }: CommitPlan): string {
  const lines = [
    `Back up ${databaseTitle(manifest)}: ${manifest.records} records`,
    '',
    `Taken: ${manifest.export_date}`,
    `Verified: ${manifest.verified ?? 'no'}`,
    `Content: ${manifest.content_sha256}${unchanged ? ' (unchanged)' : ''}`,
    ...pruned.map((backup) => `Pruned: ${backup.name}`),
  ]
  return `${lines.join('\n')}\n`
}

import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import { withWorkFolder } from '../core/files/work-folder.js'
import { newestFirst } from '../core/retention/keep-newest.js'
import type { GitHubPlace } from '../stores/github/github-place.js'
import { connectGitHub } from '../stores/github/connect-github.js'
import { moveBranch } from '../stores/github/move-branch.js'
import { retryMoves } from '../stores/github/retry-moves.js'
import { createCommit } from '../stores/github/write-objects.js'
import { adoptable, type Adoptable, type LeftFile } from './adoptable.js'
import { branchPapers } from './branch-papers.js'
import { manifestPath } from './branch-paths.js'
import { listenersOf, type Listeners } from './listeners.js'
import { writeManifest, type Manifest } from './manifest.js'
import { proveAdoptable } from './prove-adoptable.js'
import { readBackups, storedBackups, type TextCache } from './read-backups.js'

export interface AdoptOptions extends Listeners {
  readonly github: GitHubPlace
  /** Must exist; what is written there is removed before the end. */
  readonly workFolder: string
  readonly clock: Clock
}

export interface AdoptResult {
  readonly repository: string
  readonly branch: string
  /** Null where nothing was adopted: then nothing was committed. */
  readonly commit: string | null
  /** Names, newest first. */
  readonly adopted: readonly string[]
  readonly left: readonly LeftFile[]
  readonly warnings: readonly string[]
}

/** Outcomes by file name and content: what was proved before a race is not fetched again. */
type Proofs = Map<string, Manifest | LeftFile>

/**
 * Writes manifests for the documents on the branch that have none, so that they count and are pruned
 * from the next run on. Only what is proved is adopted; the rest is named and left.
 */
export async function adoptBackups(options: AdoptOptions): Promise<AdoptResult> {
  const listeners = listenersOf(options)
  const repository = await connectGitHub(options.github, listeners)
  const cache: TextCache = new Map()
  const proofs: Proofs = new Map()
  return withWorkFolder(options.workFolder, (folder) =>
    retryMoves(repository, options, async (branch) => {
      if (branch === null)
        throw new OctavoError('not-found', `${repository.name} has no branch ${repository.branch}`)
      const { backups, warnings } = await readBackups(repository, branch, cache)
      const found = adoptable(branch, backups)
      const outcomes = []
      for (const one of found.files) outcomes.push(await prove(one))
      const adopted = outcomes.filter((outcome) => 'parts' in outcome)
      const left = [...found.left, ...outcomes.filter((outcome) => 'reason' in outcome)]
      const result = {
        repository: repository.name,
        branch: repository.branch,
        adopted: newestFirst(storedBackups(adopted)).map(({ name }) => name),
        left,
        warnings,
      }
      if (adopted.length === 0) return { ...result, commit: null }
      const kept = newestFirst([...backups, ...storedBackups(adopted)])
      const papers = await branchPapers(repository, { branch, kept }, cache)
      const manifests = adopted.map((manifest) => ({
        path: manifestPath(manifest.name),
        content: writeManifest(manifest),
      }))
      const message = `Adopt backups\n\n${result.adopted.join('\n')}\n`
      const commit = await createCommit(repository, branch, {
        changes: [...manifests, ...papers],
        message,
      })
      return (await moveBranch(repository, branch, commit)) ? { ...result, commit } : null

      async function prove(one: Adoptable): Promise<Manifest | LeftFile> {
        const key = [one.name, ...one.parts.map(({ blob }) => blob)].join(' ')
        const known = proofs.get(key)
        if (known) return known
        const outcome = await proveAdoptable(repository, one, { folder, ...listeners })
        proofs.set(key, outcome)
        return outcome
      }
    }),
  )
}

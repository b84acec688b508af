import { OctavoError } from '../../core/errors.js'
import type { GitHubRepository } from './connect-github.js'
import { gitBlobId } from './git-blob-id.js'
import { gitHubStatus, onGitHub } from './github-error.js'

export interface TreeEntry {
  readonly mode: string
  /** git's name for the content. */
  readonly sha: string
  /** In bytes, where GitHub was asked. */
  readonly size?: number | undefined
}

/** What a branch held at one commit: every file below the root, by path. */
export interface BranchState {
  readonly commit: string
  readonly tree: string
  readonly entries: ReadonlyMap<string, TreeEntry>
}

/** Null where the branch does not exist. */
export async function readBranch(repository: GitHubRepository): Promise<BranchState | null> {
  const { octokit, at, branch } = repository
  return onGitHub(repository, `read the branch ${branch}`, async () => {
    const commit = await readHead(repository)
    if (commit === null) return null
    const { data } = await octokit.rest.git.getCommit({ ...at, commit_sha: commit })
    const tree = data.tree.sha
    return { commit, tree, entries: await readTree(repository, tree) }
  })
}

/** The commit that the branch points to; null where there is no such branch. */
export async function readHead({ octokit, at, branch }: GitHubRepository): Promise<string | null> {
  try {
    const { data } = await octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` })
    return data.object.sha
  } catch (error) {
    if (gitHubStatus(error) === 404) return null
    throw error
  }
}

export async function readTree(
  { octokit, at, name }: GitHubRepository,
  tree: string,
): Promise<Map<string, TreeEntry>> {
  const { data } = await octokit.rest.git.getTree({ ...at, tree_sha: tree, recursive: '1' })
  if (data.truncated)
    throw new OctavoError('github-failed', `a tree of ${name} is too large to be read whole`, {
      hint: 'The branch holds more than 100,000 files: choose another one for the backups.',
    })
  const files = data.tree.filter(({ type }) => type !== 'tree')
  return new Map(files.map(({ path, mode, sha, size }) => [path, { mode, sha, size }]))
}

/** A small file of the repository as text, proved by its name in git. */
export async function readText(repository: GitHubRepository, blob: string): Promise<string> {
  const { octokit, at } = repository
  return onGitHub(repository, `read the file ${blob}`, async () => {
    const { data } = await octokit.rest.git.getBlob({ ...at, file_sha: blob })
    const bytes = Buffer.from(data.content, 'base64')
    if (gitBlobId(bytes) !== blob)
      throw new OctavoError('github-failed', `GitHub gave another file than ${blob}`)
    return bytes.toString('utf8')
  })
}

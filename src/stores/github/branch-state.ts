import { OctavoError } from '../../core/errors.js'
import type { GitHubRepository } from './connect-github.js'
import { gitBlobId } from './git-blob-id.js'
import { onGitHub } from './github-error.js'
import { gitHubStatus } from './request-error.js'

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

/** Every file below a tree: folder by folder where GitHub does not list it whole. */
export async function readTree(
  repository: GitHubRepository,
  tree: string,
): Promise<Map<string, TreeEntry>> {
  const { octokit, at, name } = repository
  const whole = await octokit.rest.git.getTree({ ...at, tree_sha: tree, recursive: '1' })
  if (!whole.data.truncated) return new Map(filesOf(whole.data.tree))
  const { data } = await octokit.rest.git.getTree({ ...at, tree_sha: tree })
  if (data.truncated)
    throw new OctavoError('github-failed', `a folder of ${name} is too large to be read whole`, {
      hint: 'It holds more files than GitHub lists: choose another branch for the backups.',
    })
  const files = new Map(filesOf(data.tree))
  for (const { path: folder, type, sha } of data.tree)
    if (type === 'tree')
      for (const [path, entry] of await readTree(repository, sha))
        files.set(`${folder}/${path}`, entry)
  return files
}

interface TreeLine extends TreeEntry {
  readonly path: string
  readonly type: string
}

function filesOf(lines: readonly TreeLine[]): [string, TreeEntry][] {
  const files = lines.filter(({ type }) => type !== 'tree')
  return files.map(({ path, mode, sha, size }) => [path, { mode, sha, size }])
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

import { open } from 'node:fs/promises'
import { OctavoError } from '../../core/errors.js'
import { readTree, type BranchState, type TreeEntry } from './branch-state.js'
import type { GitHubRepository } from './connect-github.js'
import { gitBlobId } from './git-blob-id.js'
import { onGitHub } from './github-error.js'
import type { TreeChange } from './tree-change.js'

/** A piece of a file: from `start`, `size` bytes long. */
export interface FileRange {
  readonly file: string
  readonly start: number
  readonly size: number
}

/** Sends a piece of a file, and compares the name that GitHub gives it with the one it must have. */
export async function uploadBlob(
  repository: GitHubRepository,
  range: FileRange,
  blob: string,
): Promise<void> {
  await sendBlob(repository, await readRange(range), blob)
}

/** The same for bytes. In base64 they take several times their size in memory. */
export async function sendBlob(
  repository: GitHubRepository,
  bytes: Buffer,
  blob: string,
): Promise<void> {
  const { octokit, at } = repository
  await onGitHub(repository, 'add a file to the objects', async () => {
    const content = bytes.toString('base64')
    const { data } = await octokit.rest.git.createBlob({ ...at, content, encoding: 'base64' })
    if (data.sha !== blob)
      throw new OctavoError('github-failed', `GitHub stored ${data.sha} in place of ${blob}`)
  })
}

async function readRange({ file, start, size }: FileRange): Promise<Buffer> {
  const handle = await open(file)
  try {
    const bytes = Buffer.alloc(size)
    let done = 0
    while (done < size) {
      const { bytesRead } = await handle.read(bytes, done, size - done, start + done)
      if (bytesRead === 0) throw new OctavoError('io-failed', `${file} became shorter meanwhile`)
      done += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}

export interface NewCommit {
  readonly changes: readonly TreeChange[]
  readonly message: string
  /** Without a parent, so that nothing before it is needed any more. */
  readonly orphan?: boolean
}

/** Creates a commit of what `base` holds (null: nothing) and the changes. No branch points to it yet. */
export async function createCommit(
  repository: GitHubRepository,
  base: BranchState | null,
  { changes, message, orphan = base === null }: NewCommit,
): Promise<string> {
  const { octokit, at } = repository
  return onGitHub(repository, 'add a commit to the objects', async () => {
    const { data } = await octokit.rest.git.createCommit({
      ...at,
      message,
      tree: await createTree(repository, base, changes),
      parents: base && !orphan ? [base.commit] : [],
    })
    return data.sha
  })
}

async function createTree(
  repository: GitHubRepository,
  base: BranchState | null,
  changes: readonly TreeChange[],
): Promise<string> {
  // GitHub makes no tree of no changes.
  if (base && changes.length === 0) return base.tree
  const { octokit, at } = repository
  const { data } = await octokit.rest.git.createTree({
    ...at,
    ...(base ? { base_tree: base.tree } : {}),
    tree: changes.map((change) => ({ ...change, mode: '100644', type: 'blob' })),
  })
  await requireTree(repository, data.sha, expectedEntries(base, changes))
  return data.sha
}

function expectedEntries(
  base: BranchState | null,
  changes: readonly TreeChange[],
): Map<string, TreeEntry> {
  const entries = new Map(base?.entries)
  for (const change of changes) {
    const sha = 'content' in change ? gitBlobId(change.content) : change.sha
    if (sha === null) entries.delete(change.path)
    else entries.set(change.path, { mode: '100644', sha })
  }
  return entries
}

/** Before the branch moves: the new tree holds every file that it must, and no other. */
async function requireTree(
  repository: GitHubRepository,
  tree: string,
  expected: ReadonlyMap<string, TreeEntry>,
): Promise<void> {
  const made = await readTree(repository, tree)
  const wrong = [...new Set([...made.keys(), ...expected.keys()])].find((path) => {
    const [a, b] = [made.get(path), expected.get(path)]
    return a?.sha !== b?.sha || a?.mode !== b?.mode
  })
  if (wrong === undefined) return
  throw new OctavoError('github-failed', `GitHub made a tree with another "${wrong}" than asked`)
}

import { readText, type BranchState } from '../stores/github/branch-state.js'
import type { GitHubRepository } from '../stores/github/connect-github.js'
import type { TreeChange } from '../stores/github/tree-change.js'
import { branchReadme, readmeMark } from './branch-readme.js'
import type { StoredBackup, TextCache } from './read-backups.js'

const attributesPath = '.gitattributes'
/** Without it a checkout that changes line ends breaks every digest. */
const attributesLine = 'backups/** -text'
const readmePath = 'README.md'

/** `.gitattributes` and the table in README.md. Lines and pages of other people are kept. */
export async function branchPapers(
  repository: GitHubRepository,
  { branch, kept }: { readonly branch: BranchState | null; readonly kept: readonly StoredBackup[] },
  cache: TextCache,
): Promise<TreeChange[]> {
  const read = async (path: string) => {
    const sha = branch?.entries.get(path)?.sha
    if (sha === undefined) return null
    const text = cache.get(sha) ?? (await readText(repository, sha))
    cache.set(sha, text)
    return text
  }
  const changes: TreeChange[] = []
  const attributes = await read(attributesPath)
  if (!attributes?.split(/\r?\n/).includes(attributesLine)) {
    const before = attributes === null || attributes === '' ? '' : attributes.replace(/\n?$/, '\n')
    changes.push({ path: attributesPath, content: `${before}${attributesLine}\n` })
  }
  const readme = await read(readmePath)
  if (readme === null || readme.startsWith(readmeMark))
    changes.push({ path: readmePath, content: branchReadme(kept) })
  return changes
}

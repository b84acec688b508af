import type { BranchState } from '../stores/github/branch-state.js'
import { manifestPath, nameOfDocument } from './branch-paths.js'
import type { WantedPart } from './github/download-parts.js'
import type { StoredBackup } from './read-backups.js'
import { unclaimedPaths } from './unclaimed-paths.js'

/** Files of the branch that may be one document. */
export interface Adoptable {
  readonly name: string
  readonly parts: readonly WantedPart[]
}

export interface LeftFile {
  readonly path: string
  readonly reason: string
}

/** The files in backups/ without a manifest, as documents by their names; what is none is left. */
export function adoptable(
  branch: BranchState,
  backups: readonly StoredBackup[],
): { readonly files: readonly Adoptable[]; readonly left: readonly LeftFile[] } {
  const files = new Map<string, WantedPart[]>()
  const left: LeftFile[] = []
  for (const path of unclaimedPaths(branch, backups).toSorted()) {
    const name = nameOfDocument(path)
    const { sha = '', size } = branch.entries.get(path) ?? {}
    if (name === null || size === undefined) left.push({ path, reason: 'no file of a backup' })
    else if (branch.entries.has(manifestPath(name)))
      left.push({ path, reason: `${manifestPath(name)} is of another content, or broken` })
    else files.set(name, [...(files.get(name) ?? []), { path, blob: sha, size }])
  }
  return { files: Array.from(files, ([name, parts]) => ({ name, parts })), left }
}

import { isStoreName } from '../../../core/store-names.js'
import type { BranchState, TreeEntry } from '../branch-state.js'

/** An object on a branch: the files that it is made of, in order. */
export interface BranchObject {
  readonly size: number
  readonly files: readonly { readonly blob: string; readonly size: number }[]
}

/** No object has such a name. How many there are says each, so that a lost one is noticed. */
export function partPath(path: string, number: number, count: number): string {
  return `${path}/.part-${fourDigits(number)}-of-${fourDigits(count)}`
}

function fourDigits(number: number): string {
  return String(number).padStart(4, '0')
}

const partEnd = /\/\.part-(\d{4})-of-(\d{4})$/

/** Every whole object below `prefix`, by name. What is no file of ours is passed over. */
export function objectsOf(branch: BranchState | null, prefix: string): Map<string, BranchObject> {
  const objects = new Map<string, BranchObject>()
  const parts = new Map<string, Map<string, TreeEntry>>()
  for (const [path, entry] of branch?.entries ?? []) {
    if (!path.startsWith(prefix) || !entry.mode.startsWith('100')) continue
    const name = path.slice(prefix.length)
    const base = name.replace(partEnd, '')
    if (!isStoreName(base)) continue
    if (base === name) objects.set(name, objectOf([entry]))
    else parts.set(base, (parts.get(base) ?? new Map<string, TreeEntry>()).set(name, entry))
  }
  for (const [name, found] of parts) {
    const paths = Array.from(found, (_, index) => partPath(name, index + 1, found.size))
    const files = paths.flatMap((path) => found.get(path) ?? [])
    if (files.length === found.size) objects.set(name, objectOf(files))
  }
  return objects
}

function objectOf(entries: readonly TreeEntry[]): BranchObject {
  const files = entries.map(({ sha, size = 0 }) => ({ blob: sha, size }))
  return { size: files.reduce((sum, { size }) => sum + size, 0), files }
}

/** The paths of all that is there of an object, whole or not. */
export function pathsOf(branch: BranchState | null, path: string): string[] {
  const paths = [...(branch?.entries.keys() ?? [])]
  return paths.filter((one) => one === path || one.replace(partEnd, '') === path)
}

/** Whether something stands in the way of an object: one of its name, above it or below it. */
export function isInTheWay(branch: BranchState | null, path: string): boolean {
  for (const other of branch?.entries.keys() ?? []) {
    const above = other.replace(partEnd, '')
    if (other === path || other.startsWith(`${path}/`) || path.startsWith(`${above}/`)) return true
  }
  return false
}

import type { LooseObjects } from './loose-objects.js'

export interface TreeLine {
  readonly mode: string
  readonly type: string
  readonly sha: string
  readonly path: string
  /** Of files. */
  readonly size?: number
}

/** A file of a tree that is made; by its whole path. */
export type TreeFiles = ReadonlyMap<string, { readonly mode: string; readonly sha: string }>

/** Writes the trees that hold these files, and gives the name of the one above all. */
export function writeTrees(objects: LooseObjects, files: TreeFiles): string {
  const folders = new Map<string, Map<string, { mode: string; sha: string }>>()
  const lines: { name: string; mode: string; sha: string }[] = []
  for (const [path, file] of files) {
    const [first = '', ...rest] = path.split('/')
    if (rest.length === 0) lines.push({ name: first, ...file })
    else {
      const folder = folders.get(first) ?? new Map()
      folders.set(first, folder.set(rest.join('/'), file))
    }
  }
  for (const [name, below] of folders)
    lines.push({ name, mode: '40000', sha: writeTrees(objects, below) })
  // git sorts a folder as if its name ended in a slash.
  const key = ({ name, mode }: { name: string; mode: string }) =>
    Buffer.from(mode === '40000' ? `${name}/` : name)
  const sorted = lines.toSorted((a, b) => Buffer.compare(key(a), key(b)))
  const content = sorted.flatMap(({ name, mode, sha }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(sha, 'hex'),
  ])
  return objects.write('tree', Buffer.concat(content))
}

/** The lines of one tree; null where it is not among the loose objects. */
export function readLines(objects: LooseObjects, tree: string): Omit<TreeLine, 'size'>[] | null {
  const found = objects.read(tree)
  if (found?.type !== 'tree') return null
  const lines: Omit<TreeLine, 'size'>[] = []
  for (let at = 0, { content } = found; at < content.length;) {
    const end = content.indexOf(0, at)
    const head = content.subarray(at, end).toString('utf8')
    const space = head.indexOf(' ')
    const mode = head.slice(0, space).padStart(6, '0')
    const sha = content.subarray(end + 1, end + 21).toString('hex')
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
    lines.push({ mode, type, sha, path: head.slice(space + 1) })
    at = end + 21
  }
  return lines
}

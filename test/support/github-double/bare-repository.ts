import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

const identity = {
  GIT_AUTHOR_NAME: 'archive',
  GIT_AUTHOR_EMAIL: 'archive@example.org',
  GIT_COMMITTER_NAME: 'archive',
  GIT_COMMITTER_EMAIL: 'archive@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
}

export interface IndexEntry {
  readonly path: string
  readonly mode: string
  /** Null removes the path. */
  readonly sha: string | null
}

export interface TreeLine {
  readonly mode: string
  readonly type: string
  readonly sha: string
  readonly path: string
  /** Of files. */
  readonly size?: number
}

/** A real bare repository, driven by git's own plumbing. */
export class BareRepository {
  readonly folder: string
  #index = 0
  #hasRefs = false
  /** Objects never change: what git said of one is asked once. */
  readonly #types = new Map<string, string>()
  readonly #blobs = new Map<string, Buffer>()
  readonly #trees = new Map<string, TreeLine[]>()

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(folder: string): Promise<BareRepository> {
    const repository = new BareRepository(folder)
    await run(['init', '--quiet', '--bare', '--initial-branch=main', folder], {})
    return repository
  }

  async git(args: readonly string[], input?: Buffer | string, env = {}): Promise<Buffer> {
    return run(['--git-dir', this.folder, ...args], {
      env,
      ...(input === undefined ? {} : { input }),
    })
  }

  async text(...args: string[]): Promise<string> {
    return (await this.git(args)).toString('utf8').trim()
  }

  /** The type of an object, or null where there is none of this name. */
  async typeOf(sha: string): Promise<string | null> {
    if (!/^[0-9a-f]{40}$/.test(sha)) return null
    const known = this.#types.get(sha)
    if (known !== undefined) return known
    try {
      const type = await this.text('cat-file', '-t', sha)
      this.#types.set(sha, type)
      return type
    } catch {
      return null
    }
  }

  async head(ref: string): Promise<string | null> {
    try {
      return await this.text('rev-parse', '--verify', '--quiet', `${ref}^{commit}`)
    } catch {
      return null
    }
  }

  async isEmpty(): Promise<boolean> {
    this.#hasRefs ||= (await this.text('for-each-ref', '--count=1')) !== ''
    return !this.#hasRefs
  }

  async writeBlob(bytes: Buffer | string): Promise<string> {
    return (await this.git(['hash-object', '-w', '--stdin'], bytes)).toString().trim()
  }

  async readBlob(sha: string): Promise<Buffer> {
    const bytes = this.#blobs.get(sha) ?? (await this.git(['cat-file', 'blob', sha]))
    this.#blobs.set(sha, bytes)
    return bytes
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    return this.git(['merge-base', '--is-ancestor', older, newer]).then(
      () => true,
      () => false,
    )
  }

  /** Throws where an object is missing or a removed path is not there. */
  async writeTree(base: string | null, entries: readonly IndexEntry[]): Promise<string> {
    this.#index += 1
    const index = join(this.folder, `index-${this.#index}`)
    const env = { GIT_INDEX_FILE: index }
    try {
      await this.git(base === null ? ['read-tree', '--empty'] : ['read-tree', base], '', env)
      const lines = entries.map(({ path, mode, sha }) =>
        sha === null ? `0 ${'0'.repeat(40)}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
      )
      await this.git(['update-index', '-z', '--index-info'], lines.join(''), env)
      return (await this.git(['write-tree'], '', env)).toString().trim()
    } finally {
      await rm(index, { force: true })
    }
  }

  async writeCommit(tree: string, parents: readonly string[], message: string): Promise<string> {
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])]
    return (await this.git(args, message)).toString().trim()
  }

  /** Everything below the root of a commit or tree. */
  async list(treeish: string, recursive: boolean): Promise<TreeLine[]> {
    const asked = `${treeish} ${recursive}`
    const known = this.#trees.get(asked)
    if (known) return known
    const args = ['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), treeish]
    const text = (await this.git(args)).toString('utf8')
    const lines = text.split('\0').filter((line) => line !== '')
    const tree = lines.map((line) => {
      const [, mode = '', type = '', sha = '', size = '', path = ''] =
        /^(\d+) (\w+) (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? []
      return { mode, type, sha, path, ...(size === '-' ? {} : { size: Number(size) }) }
    })
    if (/^[0-9a-f]{40}$/.test(treeish)) this.#trees.set(asked, tree)
    return tree
  }

  /** A commit of somebody else: files added, replaced or (null) removed on a branch. */
  async commitFiles(
    branch: string,
    files: Readonly<Record<string, string | null>>,
  ): Promise<string> {
    const ref = `refs/heads/${branch}`
    const head = await this.head(ref)
    const entries: IndexEntry[] = []
    for (const [path, content] of Object.entries(files)) {
      const sha = content === null ? null : await this.writeBlob(content)
      entries.push({ path, mode: '100644', sha })
    }
    const tree = await this.writeTree(head, entries)
    const commit = await this.writeCommit(tree, head === null ? [] : [head], 'by someone else')
    await this.text('update-ref', ref, commit)
    return commit
  }
}

function run(
  args: readonly string[],
  { input, env = {} }: { readonly input?: Buffer | string; readonly env?: object },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { PATH: process.env['PATH'], ...identity, ...env },
      encoding: 'buffer' as const,
      maxBuffer: 1 << 28,
    }
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args.join(' ')}: ${stderr.toString()}`, { cause: error }))
      else resolve(stdout)
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input ?? '')
  })
}

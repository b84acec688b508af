import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LooseObjects } from './loose-objects.js'
import { readLines, writeTrees, type TreeLine } from './trees.js'

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

/** A real bare repository, written as git does it; tests let git say that all of it is sound. */
export class BareRepository {
  readonly folder: string
  /** Lines in one answer about a tree; the real limit is 100,000. */
  mostListed = 100_000
  /** What is read changes on the way. */
  damages = false
  readonly #objects: LooseObjects
  #hasRefs = false
  /** Objects never change: what is known of one is asked once. */
  readonly #types = new Map<string, string>()
  readonly #sizes = new Map<string, number>()
  readonly #trees = new Map<string, TreeLine[]>()

  private constructor(folder: string) {
    this.folder = folder
    this.#objects = new LooseObjects(folder)
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
      const type = this.#objects.read(sha)?.type ?? (await this.text('cat-file', '-t', sha))
      this.#types.set(sha, type)
      return type
    } catch {
      return null
    }
  }

  async head(ref: string): Promise<string | null> {
    const file = join(this.folder, ref)
    if (ref.startsWith('refs/') && existsSync(file)) return readFileSync(file, 'utf8').trim()
    try {
      return await this.text('rev-parse', '--verify', '--quiet', `${ref}^{commit}`)
    } catch {
      return null
    }
  }

  /** In one step: false where the ref is elsewhere by now. */
  moveRef(ref: string, from: string | null, to: string): boolean {
    const file = join(this.folder, ref)
    if (existsSync(file) && readFileSync(file, 'utf8').trim() !== from) return false
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.lock`, `${to}\n`, { flag: 'wx' })
    renameSync(`${file}.lock`, file)
    return true
  }

  async isEmpty(): Promise<boolean> {
    this.#hasRefs ||= (await this.text('for-each-ref', '--count=1')) !== ''
    return !this.#hasRefs
  }

  async writeBlob(bytes: Buffer | string): Promise<string> {
    const sha = this.#objects.write('blob', Buffer.from(bytes))
    this.#types.set(sha, 'blob')
    this.#sizes.set(sha, Buffer.byteLength(bytes))
    return sha
  }

  async readBlob(sha: string): Promise<Buffer> {
    const bytes = this.#objects.read(sha)?.content ?? (await this.git(['cat-file', 'blob', sha]))
    return this.damages ? Buffer.from(bytes).fill(0, 0, 1) : bytes
  }

  /** Of a commit; a tree is its own. */
  async treeOf(treeish: string): Promise<string> {
    const commit = this.#objects.read(treeish)
    if (commit?.type === 'tree') return treeish
    const tree = /^tree ([0-9a-f]{40})$/m.exec(commit?.content.toString('utf8') ?? '')?.[1]
    return tree ?? (await this.text('rev-parse', `${treeish}^{tree}`))
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    if (older === newer) return true
    const head = this.#objects.read(newer)?.content.toString('utf8') ?? ''
    if (head.startsWith(`tree ${/[0-9a-f]{40}/.exec(head)?.[0]}\nparent ${older}\n`)) return true
    return this.git(['merge-base', '--is-ancestor', older, newer]).then(
      () => true,
      () => false,
    )
  }

  /** What `base` holds and the entries; a file gives way to a folder, and the other way round. */
  async writeTree(base: string | null, entries: readonly IndexEntry[]): Promise<string> {
    const there = base === null ? [] : await this.list(base, true)
    const files = new Map(
      there.flatMap(({ path, mode, sha, type }) =>
        type === 'tree' ? [] : [[path, { mode, sha }]],
      ),
    )
    for (const { path, mode, sha } of entries) {
      files.delete(path)
      if (sha === null) continue
      for (const other of files.keys())
        if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other)
      files.set(path, { mode, sha })
    }
    return writeTrees(this.#objects, files)
  }

  async writeCommit(tree: string, parents: readonly string[], message: string): Promise<string> {
    const who = `archive <archive@example.org> ${Math.floor(Date.now() / 1000)} +0000`
    const lines = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${who}`,
      `committer ${who}`,
      '',
      message.replace(/\n?$/, '\n'),
    ]
    return this.#objects.write('commit', Buffer.from(lines.join('\n')))
  }

  /** Everything below the root of a commit or tree. */
  async list(treeish: string, recursive: boolean): Promise<TreeLine[]> {
    const tree = await this.treeOf(treeish)
    const asked = `${tree} ${recursive}`
    const known = this.#trees.get(asked)
    if (known) return known
    const lines = this.#read(tree, recursive) ?? (await this.#askGit(tree, recursive))
    this.#trees.set(asked, lines)
    return lines
  }

  /** Null where git has packed one of the objects. */
  #read(tree: string, recursive: boolean): TreeLine[] | null {
    const lines: TreeLine[] = []
    for (const line of readLines(this.#objects, tree) ?? [null]) {
      if (line === null) return null
      if (line.type === 'blob') {
        const size = this.#sizes.get(line.sha) ?? this.#objects.read(line.sha)?.content.length
        if (size === undefined) return null
        this.#sizes.set(line.sha, size)
        lines.push({ ...line, size })
        continue
      }
      lines.push(line)
      if (!recursive || line.type !== 'tree') continue
      const below = this.#read(line.sha, true)
      if (below === null) return null
      lines.push(...below.map((one) => ({ ...one, path: `${line.path}/${one.path}` })))
    }
    return lines
  }

  async #askGit(tree: string, recursive: boolean): Promise<TreeLine[]> {
    const args = ['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), tree]
    const text = (await this.git(args)).toString('utf8')
    const lines = text.split('\0').filter((line) => line !== '')
    return lines.map((line) => {
      const [, mode = '', type = '', sha = '', size = '', path = ''] =
        /^(\d+) (\w+) (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? []
      return { mode, type, sha, path, ...(size === '-' ? {} : { size: Number(size) }) }
    })
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

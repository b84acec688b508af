import { BareRepository } from '../../test/support/github-double/bare-repository.js'

const branch = 'refs/heads/database-backups'

/** What a workflow does that commits one file a week under its date, with eight of them kept. */
export class PlainFiles {
  readonly repository: BareRepository
  readonly #kept: { readonly path: string; readonly sha: string }[] = []

  private constructor(repository: BareRepository) {
    this.repository = repository
  }

  static async create(folder: string): Promise<PlainFiles> {
    return new PlainFiles(await BareRepository.create(folder))
  }

  /** Returns what `git push` would send for it, in bytes. */
  async add(path: string, bytes: Buffer): Promise<number> {
    const { repository } = this
    const sha = await repository.writeBlob(bytes)
    this.#kept.push({ path, sha })
    if (this.#kept.length > 8) this.#kept.shift()
    const before = await repository.head(branch)
    const entries = this.#kept.map((file) => ({ ...file, mode: '100644' }))
    const tree = await repository.writeTree(null, entries)
    const commit = await repository.writeCommit(tree, before === null ? [] : [before], path)
    await repository.text('update-ref', branch, commit)
    const wanted = before === null ? commit : `${commit}\n^${before}`
    const pack = await repository.git(
      ['pack-objects', '--revs', '--thin', '--stdout', '--quiet'],
      `${wanted}\n`,
    )
    return pack.length
  }
}

import { OctavoError } from '../core/errors.js'

/** A backup on a branch of GitHub, as a command takes it in place of a file. */
export interface ArchiveAddress {
  /** `owner/name`. */
  readonly repository: string
  /** What `octavo fetch` takes: `latest`, a day or an instant. */
  readonly which: string
  /** The name of the database, where it is given. */
  readonly database?: string
}

/** Reads `github:owner/repo[@latest|@2026-11-22][#database]`; null for what is no such address. */
export function parseArchiveAddress(text: string): ArchiveAddress | null {
  if (!/^github:/i.test(text)) return null
  const [, repository, which = 'latest', database] =
    /^github:([\w.-]+\/[\w.-]+)(?:@([^#]+))?(?:#(.+))?$/i.exec(text) ?? []
  if (repository !== undefined)
    return { repository, which, ...(database !== undefined && { database }) }
  throw new OctavoError('usage', `"${text}" is not the address of a backup on GitHub`, {
    hint: 'Give it as github:owner/repo, github:owner/repo@latest or github:owner/repo@2026-11-22; where it holds several databases with #NAME behind.',
  })
}

import { OctavoError } from '../../../core/errors.js'
import { isStoreName } from '../../../core/store-names.js'
import { unlessAborted } from '../../stopped.js'
import type { Asking } from '../on-store.js'
import { gitHubStorePlace, type GitHubStoreOptions, type GitHubStorePlace } from '../store-place.js'

export interface GitHubBranchStoreOptions extends GitHubStoreOptions {
  /** `octavo-backups` where it is not given; made with the first object. */
  readonly branch?: string | undefined
  /** The folder of the branch that the objects are in: `octavo/` where it is not given. */
  readonly prefix?: string | undefined
  readonly sizes?: Partial<BranchSizes>
}

export interface BranchSizes {
  /** Of each part but the last; an object that is not larger is one file. */
  readonly partBytes: number
  readonly largestBytes: number
}

/** GitHub fails to create files above some 25 MiB, and base64 takes several times the size in memory. */
const usualSizes: BranchSizes = { partBytes: 8 * 1024 * 1024, largestBytes: 100_000_000 }

export interface BranchPlace extends GitHubStorePlace {
  /** Ends in `/`. */
  readonly prefix: string
  readonly sizes: BranchSizes
  /** Runs one change of the branch after the other: two at once would only stand in each other's way. */
  inTurn<T>(change: () => Promise<T>, asking: Asking): Promise<T>
}

export function branchPlace(options: GitHubBranchStoreOptions): BranchPlace {
  const { branch = 'octavo-backups' } = options
  const prefix = prefixOf(options)
  let last: Promise<void> = Promise.resolve()
  return {
    ...gitHubStorePlace(options, { within: `branch ${branch}, ${prefix}`, branch }),
    prefix,
    sizes: { ...usualSizes, ...options.sizes },
    inTurn: async (change, { what, signal }) => {
      const before = last
      let end = (): void => undefined
      last = new Promise<void>((resolve) => (end = resolve))
      try {
        await unlessAborted(() => before, signal, what)
        return await change()
      } finally {
        void before.then(end)
      }
    },
  }
}

function prefixOf({ name, prefix = 'octavo/' }: GitHubBranchStoreOptions): string {
  const trimmed = prefix.replaceAll(/^\/+|\/+$/g, '')
  if (isStoreName(trimmed)) return `${trimmed}/`
  throw new OctavoError('config-invalid', `the prefix of the store ${name} is no folder`, {
    hint: 'Give one to four names with / between them, of letters, digits and . _ - ( ), none of which begins with a dot.',
  })
}

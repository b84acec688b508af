import { OctavoError } from '../../../core/errors.js'
import type { PutSource, StoreCall } from '../../../core/store.js'
import { provedBytes } from '../../proved-bytes.js'
import { requireGoing } from '../../stopped.js'
import { readBranch, type BranchState } from '../branch-state.js'
import type { GitHubRepository } from '../connect-github.js'
import { gitBlobId } from '../git-blob-id.js'
import { onStore } from '../on-store.js'
import type { TreeChange } from '../tree-change.js'
import { sendBlob } from '../write-objects.js'
import { isInTheWay, partPath } from './branch-objects.js'
import type { BranchPlace } from './branch-place.js'
import { changeBranch } from './change-branch.js'

/**
 * Sends the bytes first, which no commit holds yet, then adds them to the branch in one commit. What a
 * call leaves that ends before has no name; GitHub collects it.
 */
export async function putObject(
  place: BranchPlace,
  name: string,
  source: PutSource,
  call: StoreCall,
): Promise<void> {
  const path = place.prefix + name
  const asking = { what: `could not store ${name} in ${place.shown}`, signal: call.signal }
  requireGoing(call.signal, asking.what)
  requireFits(place, source, asking.what)
  const requireFree = (branch: BranchState | null): void => {
    if (isInTheWay(branch, path))
      throw new OctavoError('store-taken', `${place.shown} already holds ${name}`)
  }
  const files = await onStore(place, asking, async (repository) => {
    await place.requireMayStore(repository)
    requireFree(await readBranch(repository))
    return sendFiles(repository, { place, path, source, what: asking.what, call })
  })
  await changeBranch(place, { ...asking, message: `Store ${name}\n` }, (branch) => {
    requireFree(branch)
    return [...files, ...plainFiles(place, branch)]
  })
}

function requireFits({ sizes }: BranchPlace, { size }: PutSource, what: string): void {
  if (size <= sizes.largestBytes) return
  throw new OctavoError('store-refused', `${what}: ${size} bytes are too many for a branch`, {
    hint: `A branch keeps up to ${sizes.largestBytes} bytes of one backup, and all of its history: use a store of the type github-release for it.`,
  })
}

interface Sending {
  readonly place: BranchPlace
  readonly path: string
  readonly source: PutSource
  readonly what: string
  readonly call: StoreCall
}

/** One part after the other, so that no more than one is in memory. */
async function sendFiles(
  repository: GitHubRepository,
  { place: { sizes }, path, source, what, call }: Sending,
): Promise<TreeChange[]> {
  const count = Math.max(1, Math.ceil(source.size / sizes.partBytes))
  const files: TreeChange[] = []
  const part = Buffer.allocUnsafe(Math.min(source.size, sizes.partBytes))
  let filled = 0
  let sent = 0
  const send = async (): Promise<void> => {
    const bytes = part.subarray(0, filled)
    const sha = gitBlobId(bytes)
    await sendBlob(repository, bytes, sha)
    files.push({ path: count === 1 ? path : partPath(path, files.length + 1, count), sha })
    sent += filled
    filled = 0
    call.onBytes?.(sent)
  }
  for await (const piece of provedBytes(source, what, call.signal))
    for (let at = 0; at < piece.length;) {
      if (filled === part.length) await send()
      const taken = piece.subarray(at, at + part.length - filled)
      part.set(taken, filled)
      filled += taken.length
      at += taken.length
    }
  await send()
  return files
}

/** Lets no checkout change line ends. */
function plainFiles({ prefix }: BranchPlace, branch: BranchState | null): TreeChange[] {
  const path = `${prefix}.gitattributes`
  return branch?.entries.has(path) ? [] : [{ path, content: '* -text\n' }]
}

import { stat } from 'node:fs/promises'
import type { KeptKey } from '../core/access.js'
import { isMissing } from '../core/files/file-failure.js'
import { readKeys } from './key-folder.js'

/** A file system may give two changes of one moment the same time: what is so young is read again. */
const settledNs = 2_000_000_000n

/**
 * The keys of a folder as they are at each call, and read only where the folder has changed: what was
 * revoked opens nothing from then on, without a restart. `warn` is told of each fault once.
 */
export function watchedKeys(
  folder: string,
  { now, warn }: { readonly now: () => Date; readonly warn: (fault: string) => void },
): () => Promise<readonly KeptKey[]> {
  let changedAt = -1n
  let keys: readonly KeptKey[] = []
  const told = new Set<string>()
  return async () => {
    const found = await changeOf(folder)
    if (found === null) return []
    const isSettled = BigInt(now().getTime()) * 1_000_000n - found > settledNs
    if (found === changedAt) return keys
    const read = await readKeys(folder)
    for (const fault of read.faults.filter((one) => !told.has(one))) warn(fault)
    for (const fault of read.faults) told.add(fault)
    keys = read.keys
    changedAt = isSettled ? found : -1n
    return keys
  }
}

async function changeOf(folder: string): Promise<bigint | null> {
  try {
    return (await stat(folder, { bigint: true })).mtimeNs
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

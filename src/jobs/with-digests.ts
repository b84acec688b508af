import { stat } from 'node:fs/promises'
import { type Digests, digestsHere } from '../documents/digests/digests.js'

/** Below it the start of a thread takes longer than the digests. */
const worthAThreadBytes = 8_000_000

/**
 * Gives work on the file at `path` its digests: from a thread of their own where the file is large and
 * the machine is ours. In a service, whose own thread has to answer meanwhile, they are made here.
 */
export async function withDigests<T>(
  { path, inService }: { readonly path: string; readonly inService: boolean },
  work: (digests: Digests) => Promise<T>,
): Promise<T> {
  if (inService || (await stat(path)).size < worthAThreadBytes) return await work(digestsHere)
  const { DigestThread } = await import('../documents/digests/digest-thread.js')
  const thread = new DigestThread()
  try {
    return await work(thread)
  } finally {
    await thread.close()
  }
}

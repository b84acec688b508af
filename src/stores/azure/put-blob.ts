import type { PutSource, StoreCall } from '../../core/store.js'
import { remoteError } from '../remote/fault.js'
import { putting as begin, taken } from '../remote/putting.js'
import { requireGoing } from '../stopped.js'
import { askAzure } from './ask-azure.js'
import { isFault } from './azure-fault.js'
import type { AzurePlace } from './azure-place.js'
import {
  isOurs,
  lookUp,
  ownerKey,
  removeOurs,
  requireFree,
  requireStored,
  type Putting,
} from './look-up.js'
import { stageBlocks, type StagedBlocks } from './stage-blocks.js'

/**
 * In blocks, one after the other, that become the object in one request. Until then nothing is there but
 * blocks that no listing shows. They can't be removed: the service does so when the name is written, or
 * after a week.
 */
export async function putBlob(
  place: AzurePlace,
  name: string,
  source: PutSource,
  call: StoreCall,
): Promise<void> {
  const putting = begin(place, name, source, call)
  requireGoing(call.signal, putting.what)
  await requireFree(putting)
  const blocks = await stageBlocks(putting)
  try {
    await commit(putting, blocks)
    requireGoing(call.signal, putting.what)
    await requireStored(putting)
  } catch (error) {
    throw await removeOurs(putting, error)
  }
}

async function commit(putting: Putting, { ids, md5 }: StagedBlocks): Promise<void> {
  const { place, key, id, what, call } = putting
  const asking = { what, signal: call.signal, graceMs: place.pace.graceMs }
  try {
    await askAzure(place, asking, (container, options) =>
      container.getBlockBlobClient(key).commitBlockList([...ids], {
        ...options,
        conditions: { ifNoneMatch: '*' },
        metadata: { [ownerKey]: id },
        // Kept beside the object, for whoever reads it.
        blobHTTPHeaders: { blobContentMD5: md5 },
      }),
    )
  } catch (error) {
    // Whoever writes the name does away with the blocks that others staged for it.
    if (!isFault(error, 'BlobAlreadyExists', 412, 'InvalidBlockList'))
      throw remoteError(error, what, place)
    const found = await lookUp(putting)
    // An attempt before this one was heard, and its answer got lost.
    if (isOurs(putting, found)) return
    throw found === null ? remoteError(error, what, place) : taken(putting, error)
  }
}

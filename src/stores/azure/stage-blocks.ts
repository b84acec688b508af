import { createHash } from 'node:crypto'
import { provedBytes } from '../proved-bytes.js'
import { inParts, partBytesFor } from '../remote/in-parts.js'
import { SentBytes } from '../remote/sent-bytes.js'
import { askAzureOrFail } from './ask-azure.js'
import type { Putting } from './look-up.js'

/** Of Azure, for one object. */
const mostBlocks = 50_000

export interface StagedBlocks {
  /** In their order. */
  readonly ids: readonly string[]
  /** Of all bytes. */
  readonly md5: Buffer
}

/** A block is in memory until the service has it and found its digest right; a broken one is sent again. */
export async function stageBlocks(putting: Putting): Promise<StagedBlocks> {
  const { place, source, what, call } = putting
  const blockBytes = partBytesFor(source.size, place.sizes.blockBytes, mostBlocks)
  const hash = createHash('md5')
  const ids: string[] = []
  let sent = 0
  const proved = provedBytes(source, what, call.signal)
  for await (const bytes of inParts(proved, Math.min(blockBytes, source.size))) {
    const id = blockId(putting, ids.length)
    await stageBlock(putting, { id, bytes, sent })
    hash.update(bytes)
    ids.push(id)
    sent += bytes.length
  }
  return { ids, md5: hash.digest() }
}

/** As long as all others of the name, as the service wants it, and unlike those of other writers. */
function blockId({ id }: Putting, index: number): string {
  return Buffer.from(`${id}-${String(index).padStart(6, '0')}`).toString('base64')
}

interface Block {
  readonly id: string
  readonly bytes: Buffer
  /** Bytes of the blocks before it. */
  readonly sent: number
}

async function stageBlock(
  { place, key, what, call }: Putting,
  { id, bytes, sent }: Block,
): Promise<void> {
  const md5 = createHash('md5').update(bytes).digest()
  const told = (count: number): void => call.onBytes?.(sent + count)
  await askAzureOrFail(place, { what, signal: call.signal }, (container, options) =>
    container
      .getBlockBlobClient(key)
      .stageBlock(id, () => new SentBytes(bytes, told), bytes.length, {
        ...options,
        transactionalContentMD5: md5,
      }),
  )
}

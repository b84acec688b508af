import { open } from 'node:fs/promises'
import { recogniseFile } from '../documents/byte-source.js'

/** The size of a backup once it is unpacked. Of gzip what its end says: right below 4 GiB. */
export async function unpackedBytes(file: string): Promise<number> {
  const isGzip = (await recogniseFile(file)) === 'gzip'
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const end = Buffer.alloc(4)
    if (!isGzip || size < end.length) return size
    await handle.read(end, 0, end.length, size - end.length)
    return Math.max(size, end.readUInt32LE())
  } finally {
    await handle.close()
  }
}

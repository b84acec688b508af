import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { failedWith, isMissing } from '../../core/files/file-failure.js'
import type { StoreCall } from '../../core/store.js'
import { requireGoing } from '../stopped.js'
import { folderOf, requireRoot, type DiskFolder } from './disk-folder.js'
import { onDisk } from './on-disk.js'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
const pieceBytes = 256 * 1024

/** One file from `start` to the size that it had when it was opened. */
export async function* readFile(
  place: DiskFolder,
  name: string,
  { start = 0, signal, onBytes }: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  const what = `could not read ${name} from ${place.shown}`
  requireGoing(signal, what)
  const handle = await onDisk(what, () => openFile(place, name))
  try {
    const { size } = await onDisk(what, () => handle.stat())
    for (let at = start; at < size;) {
      requireGoing(signal, what)
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, size - at))
      const { bytesRead } = await onDisk(what, () => handle.read(piece, 0, piece.length, at))
      if (bytesRead === 0)
        throw new OctavoError('store-failed', `${what}: it was cut short to ${at} bytes meanwhile`)
      at += bytesRead
      onBytes?.(at - start)
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function openFile(place: DiskFolder, name: string): Promise<FileHandle> {
  await requireRoot(place)
  const parts = name.split('/')
  const folder = await folderOf(place, parts)
  if (folder === null) throw notFound(place, name)
  const handle = await openPlain(join(folder, parts.at(-1) ?? ''))
  if (handle === null) throw notFound(place, name)
  return handle
}

/** Null for what is no plain file. Never waits: a pipe without a writer opens at once. */
async function openPlain(path: string): Promise<FileHandle | null> {
  try {
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
    return null
  } catch (error) {
    // ENXIO: a socket.
    if (isMissing(error) || failedWith(error, 'ELOOP', 'ENXIO')) return null
    throw error
  }
}

function notFound({ shown }: DiskFolder, name: string): OctavoError {
  return new OctavoError('not-found', `${shown} holds no ${name}`, {
    hint: 'Look at what is there; it may have been pruned.',
  })
}

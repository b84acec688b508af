import type { Stats } from 'node:fs'
import { lstat, open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { moveIntoEmptyPlace } from '../../core/files/durable-file.js'
import { failedWith, isMissing } from '../../core/files/file-failure.js'
import { requireSpace } from '../../core/files/free-space.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import type { PutSource, StoreCall } from '../../core/store.js'
import { provedBytes } from '../proved-bytes.js'
import { requireGoing } from '../stopped.js'
import { folderOf, makeFoldersOf, orNull, requireRoot, type DiskFolder } from './disk-folder.js'
import { onDisk } from './on-disk.js'

/** Folders and their entries take some space too. */
const spareBytes = 1_000_000
/** How often emptied folders may be removed between their making and their use. */
const attempts = 1000

/**
 * Writes into a work folder of the store, whose name no object has; what a killed process left there goes
 * with the next one. The finished file is synced, then linked to its name, which fails where there is
 * something.
 */
export async function putFile(
  place: DiskFolder,
  name: string,
  source: PutSource,
  call: StoreCall,
): Promise<void> {
  const what = `could not store ${name} in ${place.shown}`
  await onDisk(what, async () => {
    await requireRoot(place)
    await requireFree(place, name)
    await requireSpace(place.root, source.size + spareBytes, name)
  })
  let put: PromiseSettledResult<void> | undefined
  try {
    await onDisk(what, () =>
      withWorkFolder(place.root, async (folder) => {
        // An error of the source is none of the disk: it passes this border as a value.
        const writing = writeAndMove(place, { name, what, folder, source, call })
        put = (await Promise.allSettled([writing]))[0]
      }),
    )
  } catch (error) {
    // What is left of a work folder goes with a later one: the object is there.
    if (put?.status !== 'fulfilled') throw error
  }
  if (put?.status === 'rejected') throw put.reason
}

interface Writing {
  readonly name: string
  readonly what: string
  readonly folder: string
  readonly source: PutSource
  readonly call: StoreCall
}

async function writeAndMove(place: DiskFolder, writing: Writing): Promise<void> {
  const { name, what, folder, source, call } = writing
  const beside = join(folder, 'object')
  const written = await writeWhole(beside, writing)
  if (written.size !== source.size)
    throw new OctavoError('store-failed', `${what}: the disk kept ${written.size} bytes of it`)
  requireGoing(call.signal, what)
  await onDisk(what, () => moveToName(place, name, { beside, written }))
}

async function writeWhole(beside: string, writing: Writing): Promise<Stats> {
  const handle = await onDisk(writing.what, () => open(beside, 'wx', 0o600))
  try {
    await write(handle, writing)
    return await onDisk(writing.what, () => handle.stat())
  } finally {
    await onDisk(writing.what, () => handle.close())
  }
}

async function write(handle: FileHandle, { what, source, call }: Writing): Promise<void> {
  let written = 0
  for await (const piece of provedBytes(source, what, call.signal)) {
    await onDisk(what, () => handle.writeFile(piece))
    written += piece.length
    call.onBytes?.(written)
  }
}

interface Finished {
  readonly beside: string
  /** What tells it from a stranger's file. */
  readonly written: Stats
}

async function moveToName(place: DiskFolder, name: string, finished: Finished): Promise<void> {
  const parts = name.split('/')
  const path = join(place.root, ...parts)
  for (let attempt = 1; ; attempt += 1)
    try {
      await makeFoldersOf(place, parts)
      return await moveIntoEmptyPlace(finished.beside, path)
    } catch (error) {
      if (failedWith(error, 'EEXIST')) throw taken(place, name, error)
      // A removal found a folder of it empty, and took it away.
      if (isMissing(error) && attempt < attempts) continue
      await unlinkSame(path, finished)
      throw error
    }
}

/** Where the file got its name, and what follows failed, it is no object. */
async function unlinkSame(path: string, { written }: Finished): Promise<void> {
  const there = await orNull(lstat(path))
  if (there?.ino === written.ino && there.dev === written.dev) await unlink(path)
}

async function requireFree(place: DiskFolder, name: string): Promise<void> {
  const parts = name.split('/')
  const folder = await folderOf(place, parts)
  if (folder === null) return
  if ((await orNull(lstat(join(folder, parts.at(-1) ?? '')))) !== null) throw taken(place, name)
}

function taken({ shown }: DiskFolder, name: string, cause?: unknown): OctavoError {
  return new OctavoError('store-taken', `${shown} already holds ${name}`, { cause })
}

import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { besideName } from '../../core/files/durable-file.js'
import { isMissing } from '../../core/files/file-failure.js'
import type { SessionShelf } from '../../core/people.js'
import { oneByOne } from '../users/one-by-one.js'

const fileName = /^[0-9a-f]{64}$/

/**
 * Sessions in a folder, each a file of its own, named by the digest of its id: who reads the folder can
 * not take a session over. Written beside and renamed, but not synced: after a power cut people log in
 * again.
 */
export function sessionFolder(folder: string): SessionShelf {
  const fileOf = (id: string): string => join(folder, createHash('sha256').update(id).digest('hex'))
  const write = async (id: string, text: string): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = fileOf(id)
    const beside = besideName(path)
    try {
      await writeFile(beside, text, { mode: 0o600, flag: 'wx' })
      await rename(beside, path)
    } finally {
      await rm(beside, { force: true })
    }
  }
  // Else one could be removed between the look and the write, and would be there again.
  const turns = oneByOne(Infinity)
  return {
    read: (id) => readText(fileOf(id)),
    write,
    replace: (id, text) =>
      turns(async () => {
        if ((await readText(fileOf(id))) !== null) await write(id, text)
      }),
    remove: (id) => turns(() => rm(fileOf(id), { force: true })),
    removeWhere: (isOver) => turns(() => removeFiles(folder, isOver)),
  }
}

async function removeFiles(folder: string, isOver: (text: string) => boolean): Promise<number> {
  let removed = 0
  for (const name of (await filesIn(folder)).filter((one) => fileName.test(one))) {
    const text = await readText(join(folder, name))
    if (text === null || !saysSo(isOver, text)) continue
    await rm(join(folder, name), { force: true })
    removed += 1
  }
  return removed
}

/** What can't be understood opens nothing either. */
function saysSo(isOver: (text: string) => boolean, text: string): boolean {
  try {
    return isOver(text)
  } catch {
    return true
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

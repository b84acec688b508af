import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failedWith, isMissing } from './file-failure.js'
import { mayBeRunning, ownProcessName, placeOfNumbers, type ProcessName } from './process-status.js'

const { O_NONBLOCK, O_RDONLY } = constants
const ownerFile = 'owner.json'

export interface FolderKind {
  /** Folders are named so, with 16 hexadecimal digits behind it. No others are ever removed. */
  readonly prefix: string
  /**
   * After this long without a sign of life a folder counts as abandoned whose owner can't be looked
   * up from here: it is on another host or in another container, or not written down.
   */
  readonly silentAfterMs: number
}

export interface OwnFolder {
  readonly path: string
  /** Ends the signs of life; the folder is the caller's to remove. */
  readonly giveUp: () => void
}

/**
 * Makes a new folder (mode 0700) below `parent` that is this process's own: nobody removes it as
 * abandoned while the process runs. Its owner file shows life until it is given up.
 */
export async function makeOwnFolder(
  parent: string,
  { prefix }: FolderKind,
  lifeEveryMs = 60_000,
): Promise<OwnFolder> {
  const path = join(parent, `${prefix}${randomBytes(8).toString('hex')}`)
  await mkdir(path, { mode: 0o700 })
  try {
    return { path, giveUp: await own(path, lifeEveryMs) }
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    throw error
  }
}

async function own(folder: string, lifeEveryMs: number): Promise<() => void> {
  const path = join(folder, ownerFile)
  await writeFile(path, JSON.stringify(await ownProcessName()), { mode: 0o600, flag: 'wx' })
  const life = setInterval(() => {
    const now = new Date()
    // A missed sign of life is made good by the next one.
    utimes(path, now, now).catch(() => undefined)
  }, lifeEveryMs)
  life.unref()
  return () => clearInterval(life)
}

/** Removes folders of a kind below `parent` whose process ended without doing so. */
export async function removeAbandoned(parent: string, kind: FolderKind): Promise<void> {
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    if (!entry.isDirectory() || !isNamedBy(kind, entry.name)) continue
    const folder = join(parent, entry.name)
    try {
      if (await isAbandoned(folder, kind.silentAfterMs))
        await rm(folder, { recursive: true, force: true })
    } catch (error) {
      // Another one removes it too, or it belongs to another user.
      if (!failedWith(error, ...notOurs)) throw error
    }
  }
}

function isNamedBy({ prefix }: FolderKind, name: string): boolean {
  return name.startsWith(prefix) && /^[0-9a-f]{16}$/.test(name.slice(prefix.length))
}

const notOurs = ['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EBUSY', 'EACCES', 'EPERM']

async function isAbandoned(folder: string, silentAfterMs: number): Promise<boolean> {
  const path = join(folder, ownerFile)
  const text = await readIfThere(path)
  // Between the making of a folder and of its owner file there is none; its age tells.
  if (text === null) return isSilent(folder, silentAfterMs)
  const owner = parseOwner(text)
  if (owner === null || owner.place !== (await placeOfNumbers()))
    return isSilent(path, silentAfterMs)
  return !(await mayBeRunning(owner))
}

async function isSilent(path: string, afterMs: number): Promise<boolean> {
  const { mtimeMs } = await stat(path)
  return Date.now() - mtimeMs > afterMs
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    // Without waiting: in a folder that others may write to, a pipe could be put in its place.
    return await readFile(path, { encoding: 'utf8', flag: O_RDONLY | O_NONBLOCK })
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Null for what a killed process, or another program, left of it. */
function parseOwner(text: string): ProcessName | null {
  try {
    const { pid, start, place }: Partial<Record<keyof ProcessName, unknown>> = Object(
      JSON.parse(text),
    )
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null
    return typeof start === 'string' && typeof place === 'string' ? { pid, start, place } : null
  } catch {
    return null
  }
}

import { statfs } from 'node:fs/promises'
import { OctavoError } from '../errors.js'

/** Bytes that an unprivileged process may still write to the file system that holds `path`. */
export async function freeSpace(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** What a job needs on a disk, and what is free there before it starts. */
export interface Space {
  readonly folder: string
  readonly neededBytes: number
  readonly freeBytes: number
}

/** `needs 210.0 MB, 4.2 GB free in /srv/lab` */
export function showSpace({ folder, neededBytes, freeBytes }: Space): string {
  return `needs ${showBytes(neededBytes)}, ${showBytes(freeBytes)} free in ${folder}`
}

/** Throws `space-short`, with both numbers, where less than `neededBytes` is free. */
export async function requireSpace(
  folder: string,
  neededBytes: number,
  what: string,
): Promise<Space> {
  const freeBytes = await freeSpace(folder)
  if (freeBytes >= neededBytes) return { folder, neededBytes, freeBytes }
  throw new OctavoError(
    'space-short',
    `${what} needs ${showBytes(neededBytes)} in ${folder}, where ${showBytes(freeBytes)} is free`,
    { details: { neededBytes, freeBytes } },
  )
}

/** `1.4 GB`: decimal units, one digit behind the point. */
export function showBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return unit === 0 ? `${bytes} bytes` : `${value.toFixed(1)} ${units[unit]}`
}

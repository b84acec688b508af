import { closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileInstant } from '../core/names.js'

/**
 * Gives a damaged catalog another name: `catalog.sqlite3.damaged-2026-11-22_00-17-00`. Nobody may use it
 * meanwhile. The order must not change: a journal that stays behind without its file is dropped by
 * SQLite, but a file without its journal might be taken for a good one.
 */
export function setAside(path: string, at: Date): string {
  const keptAs = freeName(`${path}.damaged-${fileInstant(at)}`)
  renameSync(path, keptAs)
  // What a program that died was writing belongs to the damaged file, and not to the new one.
  for (const beside of ['-journal', '-wal', '-shm'])
    if (existsSync(path + beside)) renameSync(path + beside, keptAs + beside)
  syncFolder(dirname(path))
  return keptAs
}

function freeName(name: string): string {
  for (let count = 2, free = name; ; count += 1) {
    if (!existsSync(free)) return free
    free = `${name}-${count}`
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

import { dirname } from 'node:path'
import type Database from 'better-sqlite3'
import { requireSpace } from '../../../core/files/free-space.js'

/** Throws `space-short` unless all pages of a database fit beside `to`. */
export async function requireSpaceForPages(source: Database.Database, to: string): Promise<void> {
  await requireSpace(dirname(to), bytesOfPages(source), 'the copy of the pages')
}

export function bytesOfPages(source: Database.Database): number {
  const pageBytes = Number(source.pragma('page_size', { simple: true }))
  return Number(source.pragma('page_count', { simple: true })) * pageBytes
}

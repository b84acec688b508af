import { rm } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { besideName, moveIntoEmptyPlace } from '../core/files/durable-file.js'
import { djangoRows, traceRows } from './bookkeeping-rows.js'
import { djangoSchema } from './django-schema.js'
import { drawEntries, entryRows, machineRows, measurementRows, presetRows } from './lab-rows.js'
import { labSchema } from './lab-schema.js'
import { notificationRows } from './notification-rows.js'
import { drawPeople, preferenceRows, profileRows, userRows } from './people-rows.js'
import { seededRandom } from './random.js'
import type { TableRows } from './table-rows.js'

export interface SampleOptions {
  /** The same seed and instant give the same bytes. */
  readonly seed?: number
  /** The instant at which the lab's story ends. */
  readonly at?: Date
}

const storyEnd = new Date('2026-11-20T16:45:00.000Z')

/**
 * Writes the sample: a lab's measurement queue as a Django project keeps it, eight models of a few
 * thousand records, and Django's own tables. Fails with EEXIST where `path` exists: whatever is there
 * may be somebody's.
 */
export async function writeSample(path: string, options: SampleOptions = {}): Promise<void> {
  const beside = besideName(path)
  try {
    fill(beside, sampleRows(options.seed ?? 1, (options.at ?? storyEnd).getTime()))
    await moveIntoEmptyPlace(beside, path)
  } finally {
    await rm(beside, { force: true })
  }
}

function sampleRows(seed: number, atMs: number): TableRows[] {
  const random = seededRandom(seed)
  const people = drawPeople(random, atMs)
  const entries = drawEntries(random, people, atMs)
  return [
    ...djangoRows(random, atMs),
    userRows(random, people, atMs),
    profileRows(random, people),
    machineRows(random, atMs),
    presetRows(random, people, atMs),
    entryRows(random, entries),
    measurementRows(random, entries),
    preferenceRows(random, people),
    notificationRows(random, entries, atMs),
    ...traceRows(random, people, atMs),
  ]
}

function fill(path: string, tables: readonly TableRows[]): void {
  const database = new Database(path)
  try {
    const story = database.transaction(() => {
      for (const sql of [...djangoSchema, ...labSchema]) database.exec(sql)
      for (const { table, columns, rows } of tables) {
        const names = columns.map((column) => `"${column}"`).join(', ')
        const places = columns.map(() => '?').join(', ')
        const insert = database.prepare(`INSERT INTO "${table}" (${names}) VALUES (${places})`)
        for (const row of rows) insert.run(row)
      }
    })
    story()
  } finally {
    database.close()
  }
}

import { z } from 'zod'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { backupIdPattern } from '../../core/backups/manifest.js'
import { OctavoError } from '../../core/errors.js'

type Place = Pick<BackupRecord, 'startedAt' | 'id'>

const placeSchema = z.tuple([z.iso.datetime(), z.string().regex(backupIdPattern)])

/** Stands for the last record of a page, also when that is gone. What is in it is nobody's business. */
export function writeCursor({ startedAt, id }: Place): string {
  return Buffer.from(JSON.stringify([startedAt, id])).toString('base64url')
}

export function readCursor(cursor: string): Place {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8')
    const [startedAt, id] = placeSchema.parse(JSON.parse(text))
    return { startedAt, id }
  } catch (cause) {
    throw new OctavoError('usage', 'the cursor is none that this service gave', {
      cause,
      hint: 'Take `next` of the page before, or leave it out for the first page.',
    })
  }
}

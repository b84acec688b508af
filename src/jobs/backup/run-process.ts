import { z } from 'zod'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { mayBeRunning, ownProcessName, placeOfNumbers } from '../../core/files/process-status.js'

const nameSchema = z.object({ pid: z.number(), start: z.string(), place: z.string() })

/** After this long a run counts as dead whose process can't be looked up from here. */
const silentAfterMs = 2 * 60 * 60 * 1000

/** What a record says of the process that runs it. */
export async function ownProcess(): Promise<string> {
  return JSON.stringify(await ownProcessName())
}

/** Whether a run that is recorded as in progress may still be. */
export async function mayStillRun(record: BackupRecord, now: Date): Promise<boolean> {
  if (record.status !== 'in-progress') return false
  const owner = readName(record.process)
  if (owner && owner.place === (await placeOfNumbers())) return await mayBeRunning(owner)
  return now.getTime() - Date.parse(record.startedAt) < silentAfterMs
}

function readName(text: string | null) {
  try {
    return nameSchema.parse(JSON.parse(text ?? ''))
  } catch {
    return null
  }
}

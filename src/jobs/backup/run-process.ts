import { z } from 'zod'
import type { BackupRecord } from '../../core/backups/catalog.js'
import type { BackupRoom } from './backup-types.js'
import { mayBeRunning, ownProcessName, placeOfNumbers } from '../../core/files/process-status.js'

const nameSchema = z.object({
  pid: z.number(),
  start: z.string(),
  place: z.string(),
  /** When the process said last that it is there. */
  seen: z.iso.datetime().optional(),
})

const sayAgainMs = 30_000
/**
 * After this long without a sign a run counts as dead whose process can't be looked up from here: it ran
 * before the machine was started anew, or in a container that is gone.
 */
const silentAfterMs = 5 * 60_000

/** What a record says of the process that runs it. */
export async function ownProcess(now: Date): Promise<string> {
  return JSON.stringify({ ...(await ownProcessName()), seen: now.toISOString() })
}

/** Says in the record of a run, again and again, that its process is there. Ends with the call it returns. */
export function staySeen(
  { catalog, clock }: Pick<BackupRoom, 'catalog' | 'clock'>,
  id: string,
  everyMs = sayAgainMs,
): () => Promise<void> {
  const say = async (): Promise<void> => {
    const process = await ownProcess(clock.now())
    await catalog.update(id, ({ status }) => (status === 'in-progress' ? { process } : {}))
  }
  // What can't be said now is said the next time; a run without a record fails by itself.
  let last = Promise.resolve()
  const timer = setInterval(() => {
    last = say().catch(() => undefined)
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await last
  }
}

/** Whether a run that is recorded as in progress may still be. */
export async function mayStillRun(record: BackupRecord, now: Date): Promise<boolean> {
  if (record.status !== 'in-progress') return false
  const owner = readName(record.process)
  if (owner && owner.place === (await placeOfNumbers())) return await mayBeRunning(owner)
  return now.getTime() - Date.parse(owner?.seen ?? record.startedAt) < silentAfterMs
}

function readName(text: string | null) {
  try {
    return nameSchema.parse(JSON.parse(text ?? ''))
  } catch {
    return null
  }
}

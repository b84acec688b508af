import { OctavoError } from '../../core/errors.js'
import { compactInstant } from '../../core/names.js'
import type { Store } from '../../core/store.js'
import { textSource } from './store-backup.js'

export interface ScheduledRun {
  readonly schedule: string
  readonly due: Date
  /** 1, and more where an earlier run of the same time died. */
  readonly attempt: number
}

const folder = 'octavo-claims'
const keptMs = 40 * 24 * 60 * 60 * 1000

/**
 * Claims a run for this process: of all that share the store, one gets true. What a store never
 * overwrites is a lock that needs no clock and no end.
 */
export async function claimRun(
  store: Store,
  run: ScheduledRun,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<boolean> {
  const start = `${folder}/${run.schedule}-`
  const name = `${start}${compactInstant(run.due)}-${run.attempt}.json`
  const text = JSON.stringify({
    octavo_claim: 1,
    due: run.due.toISOString(),
    at: now.toISOString(),
  })
  try {
    await store.put(name, textSource(`${text}\n`), { signal })
  } catch (error) {
    if (error instanceof OctavoError && error.code === 'store-taken') return false
    throw error
  }
  const oldest = compactInstant(new Date(now.getTime() - keptMs))
  for await (const { name: old } of store.list(start, { signal })) {
    const [, taken] = /-(\d{8}T\d{6}Z)-\d+\.json$/.exec(old) ?? []
    if (taken !== undefined && taken < oldest) await store.remove(old, { signal })
  }
  return true
}

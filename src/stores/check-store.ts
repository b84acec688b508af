import { randomBytes } from 'node:crypto'
import { OctavoError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import type { Store } from '../core/store.js'
import { checkSteps, type CheckStep } from './check/check-steps.js'
import { requireGoing } from './stopped.js'

export interface CheckOptions {
  readonly signal?: AbortSignal
  /** Of the large object: more than a store sends in one request. */
  readonly largeBytes?: number
  /** Told as each step ends. */
  readonly onStep?: (step: CheckedStep) => void
}

export interface CheckedStep {
  /** What the store was to do: `stores an object and gives it back`. */
  readonly step: string
  readonly ok: boolean
  readonly ms: number
  /** What it did in place of it, and what to do; null where it is ok. */
  readonly reason: string | null
}

/**
 * Holds a store to its contract, with objects of its own below `octavo-check-…/`, which are removed at
 * the end, also when it is stopped. Where the first step fails the others are left out: they would say
 * the same.
 */
export async function checkStore(
  store: Store,
  options: CheckOptions = {},
): Promise<readonly CheckedStep[]> {
  const { signal, largeBytes = 20_000_000, onStep } = options
  const folder = `octavo-check-${randomBytes(6).toString('hex')}/`
  const call = signal ? { signal } : {}
  const checked: CheckedStep[] = []
  const check = async ({ step, run }: CheckStep): Promise<boolean> => {
    const begunAt = performance.now()
    const reason = await run({ store, folder, call, largeBytes }).then(() => null, reasonOf)
    requireGoing(signal, `${store.shown} was not checked to the end`)
    const one = { step, ok: reason === null, ms: Math.round(performance.now() - begunAt), reason }
    checked.push(one)
    onStep?.(one)
    return one.ok
  }
  try {
    for (const [index, step] of checkSteps.entries()) {
      const ok = await check(step)
      if (!ok && index === 0) break
    }
  } finally {
    if (signal?.aborted) await removeAll(store, folder)
  }
  await check({ step: 'leaves nothing behind', run: () => removeAll(store, folder) })
  return checked
}

function reasonOf(error: unknown): string {
  return error instanceof OctavoError ? `${error.message}. ${error.hint}` : messageOf(error)
}

async function removeAll(store: Store, folder: string): Promise<void> {
  const names: string[] = []
  for await (const { name } of store.list(folder)) names.push(name)
  for (const name of names) await store.remove(name)
  for await (const { name } of store.list(folder))
    throw new OctavoError('store-failed', `${name} is still in ${store.shown}`, {
      hint: 'It was made by this check, and may be removed.',
    })
}

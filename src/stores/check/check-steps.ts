import { randomBytes } from 'node:crypto'
import { OctavoError } from '../../core/errors.js'
import type { PutSource, Store, StoreCall } from '../../core/store.js'
import { namesBelow, readBack, refusalOf, requireThat, sourceOf } from './check-tools.js'

export interface CheckStep {
  readonly step: string
  readonly run: (checking: Checking) => Promise<void>
}

export interface Checking {
  readonly store: Store
  /** What names begin with. */
  readonly folder: string
  readonly call: StoreCall
  readonly largeBytes: number
}

/** What a store is held to, in order. Each step stands alone, but for the last of them. */
export const checkSteps: readonly CheckStep[] = [
  {
    step: 'stores an object and gives it back',
    run: (checking) => storesAndGives(checking, 'small', 1_000),
  },
  {
    step: 'stores an empty object and gives it back',
    run: (checking) => storesAndGives(checking, 'empty', 0),
  },
  {
    step: 'stores a large object and gives it back',
    run: (checking) => storesAndGives(checking, 'parts/large', checking.largeBytes),
  },
  { step: 'gives an object from its middle on', run: givesFromMiddle },
  { step: 'lists what is there', run: listsWhatIsThere },
  { step: 'refuses a name that is taken', run: refusesTaken },
  { step: 'lets one of several writers have a name', run: letsOneWriter },
  { step: 'says what is not there', run: saysWhatIsNotThere },
  { step: 'keeps nothing of what was stopped', run: keepsNothingStopped },
  { step: 'keeps nothing of what broke off', run: keepsNothingBroken },
  { step: 'removes an object and frees its name', run: removes },
]

async function storesAndGives(
  { store, folder, call }: Checking,
  name: string,
  size: number,
): Promise<void> {
  const source = sourceOf(randomBytes(size))
  await store.put(folder + name, source, call)
  const { sha256, bytes } = await readBack(store, folder + name, call)
  requireThat(bytes === size, `it gave ${bytes} bytes of ${size}`)
  requireThat(sha256 === source.sha256, 'it gave other bytes than it got')
}

async function givesFromMiddle({ store, folder, call }: Checking): Promise<void> {
  const bytes = randomBytes(2_000)
  await store.put(`${folder}middle`, sourceOf(bytes), call)
  for (const start of [1, 1_999, 2_000]) {
    const { sha256 } = await readBack(store, `${folder}middle`, { ...call, start })
    requireThat(
      sha256 === sourceOf(bytes.subarray(start)).sha256,
      `from byte ${start} of 2000 on it gave other bytes`,
    )
  }
}

async function listsWhatIsThere({ store, folder, call }: Checking): Promise<void> {
  for (const name of ['list/a', 'list/ab', 'list/b/a'])
    await store.put(folder + name, sourceOf(randomBytes(10)), call)
  const all = await namesBelow(store, `${folder}list/`, call)
  requireThat(all.join() === 'a:10,ab:10,b/a:10', `it listed ${all.join(', ') || 'nothing'}`)
  const some = await namesBelow(store, `${folder}list/a`, call)
  requireThat(some.join() === ':10,b:10', 'it does not list by what names begin with')
}

async function refusesTaken({ store, folder, call }: Checking): Promise<void> {
  const first = sourceOf(randomBytes(100))
  await store.put(`${folder}taken`, first, call)
  const refusal = await refusalOf(store.put(`${folder}taken`, sourceOf(randomBytes(100)), call))
  requireThat(refusal === 'store-taken', `a second object of a name: ${refusal ?? 'stored'}`)
  const { sha256 } = await readBack(store, `${folder}taken`, call)
  requireThat(sha256 === first.sha256, 'the object was overwritten')
}

async function letsOneWriter({ store, folder, call }: Checking): Promise<void> {
  const sources = [1, 2, 3, 4].map(() => sourceOf(randomBytes(100)))
  const ends = await Promise.all(
    sources.map((source) => refusalOf(store.put(`${folder}one`, source, call))),
  )
  const winners = sources.filter((_, index) => ends[index] === null)
  requireThat(winners.length === 1, `${winners.length} of 4 writers were told that they stored it`)
  const { sha256 } = await readBack(store, `${folder}one`, call)
  requireThat(sha256 === winners[0]?.sha256, 'it holds the object of a writer that was refused')
}

async function saysWhatIsNotThere({ store, folder, call }: Checking): Promise<void> {
  const refusal = await refusalOf(readBack(store, `${folder}nothing`, call))
  requireThat(
    refusal === 'not-found',
    `reading what is not there: ${refusal ?? 'it gave something'}`,
  )
}

async function keepsNothingStopped({ store, folder, call, largeBytes }: Checking): Promise<void> {
  const stop = new AbortController()
  const ends = call.signal ? [call.signal, stop.signal] : [stop.signal]
  const source = sourceOf(randomBytes(largeBytes), (at) => {
    if (at > largeBytes / 2) stop.abort()
  })
  const signal = AbortSignal.any(ends)
  const refusal = await refusalOf(store.put(`${folder}stopped`, source, { signal }))
  requireThat(refusal === 'aborted', `a call that was stopped: ${refusal ?? 'it went on'}`)
  await requireNothing({ store, folder, call, largeBytes }, 'stopped')
}

async function keepsNothingBroken(checking: Checking): Promise<void> {
  const { store, folder, call, largeBytes } = checking
  const bytes = randomBytes(largeBytes)
  const broken = sourceOf(bytes, (at) => {
    if (at > largeBytes / 2) throw new OctavoError('io-failed', 'the source broke off')
  })
  const other: PutSource = { ...sourceOf(bytes), sha256: sourceOf(bytes.subarray(1)).sha256 }
  for (const source of [broken, other]) {
    const refusal = await refusalOf(store.put(`${folder}broken`, source, call))
    requireThat(refusal === 'io-failed', `a source that fails: ${refusal ?? 'stored'}`)
    await requireNothing(checking, 'broken')
  }
}

async function requireNothing({ store, folder, call }: Checking, name: string): Promise<void> {
  const left = await namesBelow(store, folder + name, call)
  requireThat(left.length === 0, 'something of it is listed')
}

async function removes({ store, folder, call }: Checking): Promise<void> {
  const name = `${folder}removed`
  for (let round = 0; round < 2; round += 1) {
    await store.put(name, sourceOf(randomBytes(100)), call)
    await store.remove(name, call)
    await store.remove(name, call)
    requireThat((await namesBelow(store, name, call)).length === 0, 'it is still listed')
    requireThat((await refusalOf(readBack(store, name, call))) === 'not-found', 'it is still given')
  }
}

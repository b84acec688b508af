import { once } from 'node:events'
import { inspect } from 'node:util'
import type { Test } from 'tap'
import type { Clock } from '../../src/core/clock.js'
import type { Store, StoreCall } from '../../src/core/store.js'
import type { Pace } from '../../src/stores/remote/pace.js'
import type { Fault, FaultProxy, Rule as AnyRule } from '../support/stores/fault-proxy.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { listed, read } from './store-contract.js'

const mebibyte = 1024 * 1024
const small = someBytes(1_000)
/** In two parts of 4 MiB at most. */
const large = someBytes(5 * mebibyte)
export const pace = { attempts: 3, graceMs: 100 }

export type Rule = AnyRule<string>

export interface Faulty {
  readonly store: Store
  readonly proxy: FaultProxy<string>
  requireNothingLeft(): Promise<void>
  /** Past the store, and past the proxy. */
  replace(name: string, bytes: Buffer): Promise<void>
  remove(name: string): Promise<void>
}

export interface FaultOptions {
  readonly clock?: Clock
  readonly pace?: Partial<Pace>
}

export interface FaultRig {
  readonly kind: string
  open(t: Test, options?: FaultOptions): Promise<Faulty>
  /** What a put asks for, in its order. */
  readonly writes: readonly string[]
  /** Whether a request makes a large object appear. */
  readonly completes: Rule['on']
  /** An answer in the language of the service. */
  answer(status: number, code: string, headers?: object): Fault
  /** The code of one that is overloaded. */
  readonly busy: string
  /** The one that says that a name is taken. */
  readonly taken: Fault
  /** What the refusal of a permission says to grant. */
  readonly grant: RegExp
}

export const on = (operation: string, fault: Fault, more: Partial<Rule> = {}): Rule => ({
  on: (seen) => seen.operation === operation,
  fault,
  ...more,
})

/** How a store does where the connection to its service goes wrong, whatever the kind. */
export function serviceFaults(t: Test, rig: FaultRig): void {
  const { kind, writes, completes } = rig
  const faulty = (t: Test, options?: FaultOptions) => rig.open(t, options)
  const check = (title: string, run: (t: Test) => Promise<void>) =>
    t.test(`${kind}: ${title}`, async (t) => run(t))
  const busy = rig.answer(503, rig.busy)

  check('what is overloaded is asked again, everywhere', async (t) => {
    const { store, proxy, requireNothingLeft } = await faulty(t)
    const all = [...writes, 'get', 'list', 'delete']
    proxy.rules = all.map((operation) => on(operation, busy, { times: 2 }))
    await store.put('large', sourceOf(large))
    t.ok((await read(store, 'large')).equals(large))
    t.equal((await listed(store)).length, 1)
    await store.remove('large')
    for (const operation of all)
      t.ok(proxy.seen.filter((seen) => seen.startsWith(operation)).length > 2, operation)
    await requireNothingLeft()
  })

  check(
    'what stays overloaded fails with what was said and tried, and leaves nothing',
    async (t) => {
      for (const operation of writes.filter((one) => one !== 'head')) {
        const { store, proxy, requireNothingLeft } = await faulty(t)
        proxy.rules = [on(operation, busy)]
        await t.rejects(store.put('object', sourceOf(large)), {
          code: 'store-failed',
          message: new RegExp(`object in .*: ${rig.busy} \\(503\\) told to; tried 3 times$`),
          details: { store: rig.busy, status: 503 },
        })
        t.equal(proxy.seen.filter((seen) => seen.startsWith(operation)).length, 3, 'by us only')
        await requireNothingLeft()
      }
      const { store, proxy } = await faulty(t)
      proxy.rules = [on('head', busy), on('get', busy), on('list', busy), on('delete', busy)]
      await t.rejects(store.put('object', sourceOf(small)), { code: 'store-failed' })
      await t.rejects(read(store, 'object'), { code: 'store-failed' })
      await t.rejects(listed(store), { code: 'store-failed' })
      await t.rejects(store.remove('object'), { code: 'store-failed' })
      t.equal(proxy.seen.length, 12, 'three times each')
    },
  )

  check('pauses are as long as the service asks for', async (t) => {
    const pauses: number[] = []
    const sleep = async (ms: number) => void pauses.push(ms)
    const { store, proxy } = await faulty(t, { clock: { now: () => new Date(), sleep } })
    proxy.rules = [on('list', rig.answer(503, rig.busy, { 'retry-after': '25' }), { times: 1 })]
    await listed(store)
    t.strictSame(pauses, [25_000])
  })

  check('a connection that breaks in a part costs that part only', async (t) => {
    const { store, proxy } = await faulty(t, { pace: { ...pace, attempts: 5 } })
    const second = (fault: Fault): Rule => ({ on: ({ part }) => part === 2, fault, times: 1 })
    proxy.rules = [second('cut request'), second('lose answer')]
    const three = someBytes(9 * mebibyte)
    const told: number[] = []
    await store.put('object', sourceOf(three), { onBytes: (bytes) => told.push(bytes) })
    t.ok(told.length > 100, 'small pieces are sent, so that a slow connection shows life')
    t.strictSame(
      told,
      told.toSorted((a, b) => a - b),
    )
    t.equal(told.at(-1), three.length)
    const parts = proxy.seen.filter((seen) => seen.startsWith('part '))
    t.equal(parts.filter((part) => part === 'part 1').length, 1)
    t.equal(parts.filter((part) => part === 'part 3').length, 1)
    t.ok((await read(store, 'object')).equals(three))
  })

  check('a service that hears, and whose answer is lost, is understood', async (t) => {
    const { store, proxy, requireNothingLeft } = await faulty(t)
    for (const bytes of [small, large]) {
      const all = [...writes.filter((one) => one !== 'head' && one !== 'begin'), 'delete']
      proxy.rules = all.map((operation) => on(operation, 'lose answer', { times: 1 }))
      await store.put('object', sourceOf(bytes))
      t.ok((await read(store, 'object')).equals(bytes), 'it is not taken for somebody else’s')
      await store.remove('object')
      await requireNothingLeft()
    }
  })

  check('bytes that change on the way are refused by the service, and sent again', async (t) => {
    const { store, proxy, requireNothingLeft } = await faulty(t)
    for (const bytes of [small, large]) {
      proxy.rules = [on('part', 'change body', { times: 2 })]
      await store.put('object', sourceOf(bytes))
      t.ok((await read(store, 'object')).equals(bytes))
      await store.remove('object')
    }
    proxy.rules = [on('part', 'change body')]
    await t.rejects(store.put('object', sourceOf(small)), { code: 'store-failed' })
    await requireNothingLeft()
  })

  check('bytes that change on the way back are noticed', async (t) => {
    const { store, proxy } = await faulty(t)
    await store.put('object', sourceOf(large))
    proxy.rules = [on('get', 'change answer', { times: 1 })]
    await t.rejects(read(store, 'object'), { code: 'store-failed', message: /other bytes/ })
    t.ok((await read(store, 'object')).equals(large))
  })

  check('a download that breaks off goes on where it was', async (t) => {
    const { store, proxy } = await faulty(t)
    await store.put('object', sourceOf(large))
    const cuts = [3_000_000, 2_000_000, 0]
    for (const start of [0, 7]) {
      proxy.rules = cuts.map((cutAnswerAfter) => on('get', { cutAnswerAfter }, { times: 1 }))
      const told: number[] = []
      const got = await read(store, 'object', { start, onBytes: (bytes) => told.push(bytes) })
      t.ok(got.equals(large.subarray(start)), `from ${start}`)
      t.strictSame(
        told,
        told.toSorted((a, b) => a - b),
      )
    }
    t.equal(proxy.seen.filter((seen) => seen === 'get').length, 8)
    proxy.rules = [on('get', { cutAnswerAfter: 0 })]
    await t.rejects(read(store, 'object'), { code: 'store-failed', message: /tried 3 times/ })
  })

  check('a download is never of two objects', async (t) => {
    const { store, proxy, replace, remove } = await faulty(t)
    const changes = {
      replaced: () => replace('object', Buffer.alloc(large.length)),
      removed: () => remove('object'),
    }
    for (const [word, change] of Object.entries(changes)) {
      await replace('object', large)
      proxy.rules = [on('get', { cutAnswerAfter: 100_000 }, { times: 1 })]
      const reading = async () => {
        for await (const _ of store.get('object')) await change()
      }
      await t.rejects(reading(), { code: 'store-failed', message: /meanwhile/ }, word)
    }
    await replace('object', small)
    const headers = { 'content-length': '1000', etag: '"1"' }
    proxy.rules = [on('get', { answer: 200, headers, body: 'x'.repeat(1000) })]
    const refusal = { code: 'store-failed', message: /part of an object/ }
    await t.rejects(read(store, 'object', { start: 10 }), refusal, 'ranges that are passed over')
  })

  check('a connection on which nothing moves has ended', async (t) => {
    const { store, proxy } = await faulty(t, { pace: { ...pace, idleMs: 200 } })
    proxy.rules = [...writes, 'list', 'delete'].map((one) => on(one, 'stall', { times: 1 }))
    await store.put('large', sourceOf(large))
    t.equal((await listed(store)).length, 1)
    proxy.rules = [...proxy.rules, on('get', { stallAnswerAfter: 1_000_000 }, { times: 1 })]
    t.ok((await read(store, 'large')).equals(large))
    await store.remove('large')
  })

  check('what is stopped while the service is silent ends, and leaves nothing', async (t) => {
    for (const operation of writes)
      for (const fault of ['stall', 'hold answer'] satisfies Fault[]) {
        // What is not there is no answer to hold; nobody knows an upload whose address did not come.
        if (fault === 'hold answer' && (operation === 'head' || operation === 'begin')) continue
        const { store, proxy, requireNothingLeft } = await faulty(t)
        const stop = new AbortController()
        const before = () => void setImmediate(() => stop.abort())
        proxy.rules = [on(operation, fault, { times: 1, before })]
        const putting = store.put('object', sourceOf(large), { signal: stop.signal })
        await t.rejects(putting, { code: 'aborted' }, `${operation}: ${fault}`)
        await requireNothingLeft()
      }
    const { store, proxy } = await faulty(t)
    await store.put('object', sourceOf(large))
    const asks: Record<string, (call: StoreCall) => Promise<unknown>> = {
      get: (call) => read(store, 'object', call),
      list: (call) => listed(store, '', call),
      delete: (call) => store.remove('object', call),
    }
    for (const [operation, ask] of Object.entries(asks)) {
      const stop = new AbortController()
      const before = () => void setImmediate(() => stop.abort())
      proxy.rules = [on(operation, 'stall', { before })]
      await t.rejects(ask({ signal: stop.signal }), { code: 'aborted' }, operation)
    }
  })

  check('what is stopped and done all the same is undone', async (t) => {
    const { store, proxy, requireNothingLeft } = await faulty(t, { pace: { graceMs: 20_000 } })
    const stop = new AbortController()
    const done = new Promise<void>((after) => {
      const before = () => stop.abort()
      proxy.rules = [{ on: completes, fault: { lateMs: 100 }, times: 1, before, after }]
    })
    const putting = store.put('object', sourceOf(large), { signal: stop.signal })
    await t.rejects(putting, { code: 'aborted' })
    await done
    await requireNothingLeft()
  })

  check('another’s object that appears meanwhile is left alone', async (t) => {
    const { store, proxy, replace, requireNothingLeft } = await faulty(t)
    for (const fault of [rig.taken, { lateMs: 0 }]) {
      const before = () => replace('object', Buffer.from('other'))
      proxy.rules = [{ on: completes, fault, times: 1, before }]
      await t.rejects(store.put('object', sourceOf(large)), { code: 'store-taken' })
      t.equal(String(await read(store, 'object')), 'other')
      await store.remove('object')
    }
    await requireNothingLeft()
  })

  check('an object that can not be cleared up is said', async (t) => {
    const { store, proxy } = await faulty(t, { pace: { graceMs: 20_000 } })
    const stop = new AbortController()
    const before = () => stop.abort()
    proxy.rules = [
      { on: completes, fault: { lateMs: 0 }, before },
      on('delete', rig.answer(403, 'forbidden')),
    ]
    await t.rejects(store.put('object', sourceOf(large), { signal: stop.signal }), {
      code: 'aborted',
      hint: /What was sent of it may be there/,
    })
  })

  check('what may not be done says what to grant, at once', async (t) => {
    const { store, proxy } = await faulty(t)
    const refusal = { code: 'store-refused', hint: rig.grant }
    const asks: Record<string, () => Promise<unknown>> = {
      get: () => read(store, 'object'),
      list: () => listed(store),
      delete: () => store.remove('object'),
    }
    for (const operation of writes) asks[operation] = () => store.put('object', sourceOf(small))
    for (const [operation, ask] of Object.entries(asks)) {
      proxy.rules = [on(operation, rig.answer(403, 'forbidden'))]
      proxy.seen.length = 0
      await t.rejects(ask(), refusal, operation)
      t.equal(proxy.seen.filter((seen) => seen.startsWith(operation)).length, 1)
    }
  })

  check('close ends the connections', async (t) => {
    const { store, proxy } = await faulty(t)
    await store.put('object', sourceOf(small))
    await read(store, 'object')
    const open = [...proxy.connections]
    t.ok(open.length > 0)
    const ended = Promise.all(open.map((socket) => once(socket, 'close')))
    await store.close()
    await ended
  })
}

/** All that an error holds, to be looked through for what it must not. */
export function allOf(error: unknown): string {
  return inspect(error, { depth: 20, showHidden: true })
}

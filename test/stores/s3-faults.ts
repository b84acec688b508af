import { inspect } from 'node:util'
import type { Test } from 'tap'
import type { Store } from '../../src/core/store.js'
import type { S3StoreOptions } from '../../src/stores/s3/s3-options.js'
import type { Gateway } from '../support/ceph/gateway.js'
import {
  faultProxy,
  type Fault,
  type FaultProxy,
  type Rule as AnyRule,
} from '../support/stores/fault-proxy.js'
import { s3Seen, type S3Operation as Operation } from '../support/stores/s3-requests.js'
import { mebibyte, type S3Lab } from '../support/stores/s3-lab.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { listed, read } from './store-contract.js'

type Rule = AnyRule<Operation>

const small = someBytes(1_000)
/** In two parts. */
const large = someBytes(6 * mebibyte)
const slowDown: Fault = { answer: 503, code: 'SlowDown' }
const pace = { attempts: 3, graceMs: 100 }

interface Faulty {
  readonly store: Store
  readonly proxy: FaultProxy<Operation>
  readonly place: string
  requireNothingLeft(): Promise<void>
}

const on = (operation: Operation, fault: Fault, more: Partial<Rule> = {}): Rule => ({
  on: (seen) => seen.operation === operation,
  fault,
  ...more,
})

/** How the store does where the connection to a real gateway goes wrong. */
export function s3Faults(t: Test, gateway: Gateway, lab: S3Lab): void {
  const faulty = async (t: Test, options: Partial<S3StoreOptions> = {}): Promise<Faulty> => {
    const proxy = await faultProxy(t, { port: gateway.port, seenOf: s3Seen })
    const place = lab.newPlace()
    const endpoint = `http://127.0.0.1:${proxy.port}`
    const store = lab.store(place, { endpoint, pace, ...options })
    t.teardown(() => store.close())
    const requireNothingLeft = async () => {
      t.strictSame(await lab.keys(place), [])
      t.strictSame(await lab.uploads(place), [])
    }
    return { store, proxy, place, requireNothingLeft }
  }

  t.test('what is overloaded is asked again, everywhere', async (t) => {
    const { store, proxy, requireNothingLeft } = await faulty(t)
    const all = [
      'head',
      'put',
      'begin',
      'uploads',
      'part',
      'complete',
      'get',
      'list',
      'delete',
    ] as const
    proxy.rules = all.map((operation) => on(operation, slowDown, { times: 2 }))
    await store.put('small', sourceOf(small))
    await store.put('large', sourceOf(large))
    t.ok((await read(store, 'large')).equals(large))
    t.equal((await listed(store)).length, 2)
    for (const name of ['small', 'large']) await store.remove(name)
    for (const operation of all)
      t.ok(proxy.seen.filter((seen) => seen.startsWith(operation)).length > 2, operation)
    await requireNothingLeft()
  })

  t.test(
    'what stays overloaded fails with what was said and tried, and leaves nothing',
    async (t) => {
      for (const operation of ['put', 'begin', 'part', 'complete'] as const) {
        const { store, proxy, requireNothingLeft } = await faulty(t)
        proxy.rules = [on(operation, slowDown)]
        const source = sourceOf(operation === 'put' ? small : large)
        await t.rejects(store.put('object', source), {
          code: 'store-failed',
          message: /object in S3 .*: SlowDown \(503\) told to; tried 3 times$/,
          details: { store: 'SlowDown', status: 503 },
        })
        await requireNothingLeft()
      }
      const { store, proxy } = await faulty(t)
      proxy.rules = [on('get', slowDown), on('list', slowDown), on('delete', slowDown)]
      await t.rejects(read(store, 'object'), { code: 'store-failed' })
      await t.rejects(listed(store), { code: 'store-failed' })
      await t.rejects(store.remove('object'), { code: 'store-failed' })
    },
  )

  t.test('pauses grow, and are as long as the service asks for', async (t) => {
    const pauses: number[] = []
    const sleep = async (ms: number) => void pauses.push(ms)
    const clock = { now: () => new Date(), sleep }
    const { store, proxy } = await faulty(t, { clock, pace: { ...pace, attempts: 5 } })
    const asksFor = { answer: 503, code: 'SlowDown', headers: { 'retry-after': '25' } }
    proxy.rules = [on('list', slowDown, { times: 3 }), on('list', asksFor, { times: 1 })]
    await listed(store)
    t.equal(pauses.length, 4)
    for (const [index, usual] of [1_000, 2_000, 4_000].entries())
      t.ok(Math.abs((pauses[index] ?? 0) - usual) <= usual / 4, `${pauses[index]}`)
    t.equal(pauses[3], 25_000)
  })

  t.test('a connection that breaks in a part costs that part only', async (t) => {
    const { store, proxy } = await faulty(t, { pace: { ...pace, attempts: 5 } })
    const second = (fault: Fault): Rule => ({ on: ({ part }) => part === 2, fault, times: 1 })
    proxy.rules = [second('cut request'), second('lose answer'), second('change body')]
    const three = someBytes(12 * mebibyte)
    const said = t.capture(console, 'warn')
    const told: number[] = []
    await store.put('object', sourceOf(three), { onBytes: (bytes) => told.push(bytes) })
    t.strictSame(said(), [], 'the SDK keeps quiet')
    t.ok(told.length > 100, 'small pieces are sent, so that a slow connection shows life')
    t.strictSame(
      told,
      told.toSorted((a, b) => a - b),
    )
    t.equal(told.at(-1), three.length)
    const parts = proxy.seen.filter((seen) => seen.startsWith('part '))
    t.strictSame(parts.slice(0, 2), ['part 1', 'part 2'])
    t.equal(parts.filter((part) => part === 'part 1').length, 1)
    t.equal(parts.filter((part) => part === 'part 3').length, 1)
    t.ok((await read(store, 'object')).equals(three))
  })

  t.test('a service that hears, and whose answer is lost, is understood', async (t) => {
    const { store, proxy, requireNothingLeft } = await faulty(t)
    const all = ['put', 'begin', 'part', 'complete', 'delete'] as const
    proxy.rules = all.map((operation) => on(operation, 'lose answer', { times: 1 }))
    for (const [name, bytes] of [
      ['small', small],
      ['large', large],
    ] as const) // prettier-ignore
    {
      await store.put(name, sourceOf(bytes))
      t.ok((await read(store, name)).equals(bytes), `${name} is not taken for somebody else’s`)
      await store.remove(name)
    }
    await requireNothingLeft()
  })

  t.test(
    'a service that has the object already when it is asked to complete it again',
    async (t) => {
      const again: Fault[] = [
        { answer: 412, code: 'PreconditionFailed' },
        { answer: 404, code: 'NoSuchUpload' },
      ]
      for (const answer of again) {
        const { store, proxy } = await faulty(t)
        proxy.rules = [on('complete', 'lose answer', { times: 1 }), on('complete', answer)]
        await store.put('object', sourceOf(large))
        t.ok((await read(store, 'object')).equals(large))
      }
    },
  )

  t.test('bytes that change on the way are refused by the service, and sent again', async (t) => {
    const { store, proxy } = await faulty(t)
    proxy.rules = [on('put', 'change body', { times: 2 })]
    await store.put('object', sourceOf(small))
    t.ok((await read(store, 'object')).equals(small))
    t.equal(proxy.seen.filter((seen) => seen === 'put').length, 3)
  })

  t.test('a download that breaks off goes on where it was', async (t) => {
    const { store, proxy } = await faulty(t)
    await store.put('object', sourceOf(large))
    const ranges: unknown[] = []
    proxy.rules = [3_000_000, 2_000_000, 0].map((cutAnswerAfter) => ({
      on: ({ operation, headers }) => {
        if (operation === 'get') ranges.push(headers.range)
        return operation === 'get'
      },
      fault: { cutAnswerAfter },
      times: 1,
    }))
    const told: number[] = []
    const got = await read(store, 'object', { start: 7, onBytes: (bytes) => told.push(bytes) })
    t.ok(got.equals(large.subarray(7)))
    t.strictSame(
      told,
      told.toSorted((a, b) => a - b),
    )
    t.equal(ranges[0], 'bytes=7-')
    t.ok(ranges.every((range) => range !== undefined))
    proxy.rules = [on('get', { cutAnswerAfter: 0 })]
    await t.rejects(read(store, 'object'), { code: 'store-failed', message: /tried 3 times/ })
  })

  t.test('a download is never of two objects', async (t) => {
    const { store, proxy, place } = await faulty(t)
    const Key = `${place}/object`
    const at = { Bucket: lab.bucket, Key }
    const changes: Record<string, () => Promise<unknown>> = {
      replaced: () => gateway.s3.putObject({ ...at, Body: Buffer.alloc(large.length) }),
      removed: () => gateway.s3.deleteObject(at),
    }
    for (const [word, change] of Object.entries(changes)) {
      await gateway.s3.putObject({ ...at, Body: large })
      const before = async () => void (await change())
      proxy.rules = [on('get', { cutAnswerAfter: 100_000 }, { times: 1 })]
      const reading = async () => {
        for await (const _ of store.get('object')) await before()
      }
      await t.rejects(reading(), { code: 'store-failed', message: /meanwhile/ }, word)
    }
    await gateway.s3.putObject({ ...at, Body: small })
    const whole = { 'content-length': '1000' }
    proxy.rules = [on('get', { answer: 200, headers: whole, body: 'x'.repeat(1000) })]
    const refusal = { code: 'store-failed', message: /part of an object/ }
    await t.rejects(read(store, 'object', { start: 10 }), refusal, 'ranges that are passed over')
  })

  t.test('a connection on which nothing moves has ended', async (t) => {
    const { store, proxy } = await faulty(t, { pace: { ...pace, idleMs: 200 } })
    proxy.rules = (['put', 'part', 'list', 'delete'] as const).map((operation) =>
      on(operation, 'stall', { times: 1 }),
    )
    await store.put('small', sourceOf(small))
    await store.put('large', sourceOf(large))
    t.equal((await listed(store)).length, 2)
    proxy.rules = [on('get', { stallAnswerAfter: 1_000_000 }, { times: 1 })]
    t.ok((await read(store, 'large')).equals(large))
    await store.remove('small')
  })

  t.test('what is stopped while the service is silent ends, and leaves nothing', async (t) => {
    for (const operation of ['head', 'put', 'begin', 'part', 'uploads', 'complete'] as const)
      for (const fault of ['stall', 'hold answer'] satisfies Fault[]) {
        // What is not there is no answer to hold.
        if (operation === 'head' && fault === 'hold answer') continue
        const { store, proxy, requireNothingLeft } = await faulty(t)
        const stop = new AbortController()
        const before = () => void setImmediate(() => stop.abort())
        proxy.rules = [on(operation, fault, { times: 1, before })]
        const source = sourceOf(operation === 'put' ? small : large)
        const putting = store.put('object', source, { signal: stop.signal })
        await t.rejects(putting, { code: 'aborted' }, `${operation}: ${fault}`)
        await requireNothingLeft()
      }
    const { store, proxy } = await faulty(t)
    await store.put('object', sourceOf(large))
    for (const fault of ['stall', { stallAnswerAfter: 1_000_000 }] satisfies Fault[]) {
      const stop = new AbortController()
      const before = () => void setImmediate(() => stop.abort())
      proxy.rules = (['get', 'list', 'delete'] as const).map((one) => on(one, fault, { before }))
      const call = { signal: stop.signal }
      await t.rejects(read(store, 'object', call), { code: 'aborted' })
    }
  })

  t.test('what is stopped and done all the same is undone', async (t) => {
    for (const operation of ['put', 'begin', 'complete'] as const) {
      const { store, proxy, requireNothingLeft } = await faulty(t, { pace: { graceMs: 20_000 } })
      const stop = new AbortController()
      const done = new Promise<void>((after) => {
        const before = () => stop.abort()
        proxy.rules = [on(operation, { lateMs: 100 }, { times: 1, before, after })]
      })
      const source = sourceOf(operation === 'put' ? small : large)
      const putting = store.put('object', source, { signal: stop.signal })
      await t.rejects(putting, { code: 'aborted' }, operation)
      await done
      await requireNothingLeft()
    }
  })

  t.test('what is stopped in a pause ends', async (t) => {
    const stop = new AbortController()
    const sleep = async (_: number, signal?: AbortSignal) => {
      stop.abort()
      signal?.throwIfAborted()
    }
    const { store, proxy } = await faulty(t, { clock: { now: () => new Date(), sleep } })
    const all = ['head', 'get', 'list', 'delete'] as const
    proxy.rules = all.map((operation) => on(operation, slowDown))
    const call = { signal: stop.signal }
    await t.rejects(store.put('object', sourceOf(small), call), { code: 'aborted' })
    t.strictSame(proxy.seen, ['head'])
  })

  t.test('a service without conditions keeps to the contract all the same', async (t) => {
    const { store, proxy, place, requireNothingLeft } = await faulty(t)
    const { store: other } = {
      store: lab.store(place, { endpoint: `http://127.0.0.1:${proxy.port}` }),
    }
    t.teardown(() => other.close())
    const unknown: Fault = { answer: 501, code: 'NotImplemented' }
    const conditional = (operation: Operation): Rule => ({
      on: (seen) => seen.operation === operation && 'if-none-match' in seen.headers,
      fault: unknown,
    })
    proxy.rules = [conditional('put'), conditional('complete')]
    for (const [size, writers] of [
      [1_000, 10],
      [large.length, 3],
    ] as const) // prettier-ignore
    {
      const all = Array.from({ length: writers }, (_, index) => someBytes(size, index + 1))
      const ends = await Promise.allSettled(
        all.map((bytes, index) => (index % 2 ? other : store).put('one', sourceOf(bytes))),
      )
      const winners = all.filter((_, index) => ends[index]?.status === 'fulfilled')
      t.equal(winners.length, 1, `of ${writers} writers`)
      t.ok((await read(store, 'one')).equals(winners[0] ?? small))
      for (const end of ends)
        if (end.status === 'rejected') t.match(end.reason, { code: 'store-taken' })
      await t.rejects(store.put('one', sourceOf(small)), { code: 'store-taken' })
      await store.remove('one')
      await requireNothingLeft()
    }
    const once = proxy.seen.length
    await store.put('two', sourceOf(small))
    const seen = proxy.seen.slice(once)
    t.equal(seen.filter((one) => one === 'put').length, 1, 'the condition is tried once')

    const before = async () => {
      proxy.rules = []
      await t.rejects(other.put('three', sourceOf(someBytes(10))), { code: 'store-taken' })
    }
    proxy.rules = [on('put', { lateMs: 0 }, { before }), ...proxy.rules]
    await store.put('three', sourceOf(small))
    t.ok((await read(store, 'three')).equals(small), 'whoever comes in between gives way')
  })

  t.test('another’s object that appears meanwhile is left alone', async (t) => {
    const { store, proxy, place } = await faulty(t)
    const at = { Bucket: lab.bucket, Key: `${place}/object` }
    const before = async () => void (await gateway.s3.putObject({ ...at, Body: 'other' }))
    const taken: Fault = { answer: 412, code: 'PreconditionFailed' }
    for (const [operation, bytes] of [
      ['put', small],
      ['complete', large],
    ] as const) // prettier-ignore
    {
      proxy.rules = [on(operation, taken, { before })]
      await t.rejects(store.put('object', sourceOf(bytes)), { code: 'store-taken' })
      proxy.rules = []
      t.equal(String(await read(store, 'object')), 'other')
      t.strictSame(await lab.uploads(place), [])
      await store.remove('object')
    }
  })

  t.test('an object that another put since the first look is left alone', async (t) => {
    for (const [operation, bytes] of [
      ['put', small],
      ['part', large],
    ] as const) // prettier-ignore
    {
      // The gateway refuses the small one; it would let the upload replace the other's object.
      const { store, proxy, place } = await faulty(t)
      const at = { Bucket: lab.bucket, Key: `${place}/object` }
      const before = async () => void (await gateway.s3.putObject({ ...at, Body: 'other' }))
      proxy.rules = [on(operation, { lateMs: 0 }, { times: 1, before })]
      await t.rejects(store.put('object', sourceOf(bytes)), { code: 'store-taken' })
      t.equal(String(await read(store, 'object')), 'other')
      t.strictSame(await lab.uploads(place), [])
    }
  })

  t.test(
    'an upload that the service counts as earlier and that came later goes first',
    async (t) => {
      const { store, proxy, place } = await faulty(t)
      const at = { Bucket: lab.bucket, Key: `${place}/object` }
      let body = ''
      const before = async () => {
        const { UploadId } = await gateway.s3.createMultipartUpload(at)
        const { Uploads = [] } = await gateway.s3.listMultipartUploads({ ...at, Prefix: at.Key })
        const listed = Uploads.map(({ UploadId: id, Initiated = new Date(0) }) => {
          const date = new Date(Initiated.getTime() - (id === UploadId ? 60_000 : 0))
          return `<Upload><Key>${at.Key}</Key><UploadId>${id}</UploadId><Initiated>${date.toISOString()}</Initiated></Upload>`
        })
        body = `<ListMultipartUploadsResult>${listed.join('')}</ListMultipartUploadsResult>`
      }
      let looks = 0
      const second = ({ operation }: { operation: Operation }) =>
        operation === 'uploads' && (looks += 1) === 2
      const fault = {
        answer: 200,
        get body() {
          return body
        },
      }
      proxy.rules = [{ on: second, fault, before }]
      await t.rejects(store.put('object', sourceOf(large)), { code: 'store-taken' })
      t.strictSame(await lab.uploads(place), [at.Key], 'that one goes on')
    },
  )

  t.test('an object that is not whole afterwards is removed', async (t) => {
    for (const bytes of [small, large]) {
      const { store, proxy, requireNothingLeft } = await faulty(t)
      let heads = 0
      const short = { answer: 200, headers: { 'content-length': '5' }, body: '' }
      const looks = bytes === small ? 2 : 3
      const last = ({ operation }: { operation: Operation }) =>
        operation === 'head' && (heads += 1) === looks
      proxy.rules = [{ on: last, fault: short }]
      const message = /holds 5 of its \d+ bytes/
      await t.rejects(store.put('object', sourceOf(bytes)), { code: 'store-failed', message })
      await requireNothingLeft()
    }
  })

  t.test('what can not be cleared up is said', async (t) => {
    const { store, proxy } = await faulty(t)
    const denied: Fault = { answer: 403, code: 'AccessDenied' }
    proxy.rules = [on('complete', slowDown), on('abort', denied)]
    await t.rejects(store.put('object', sourceOf(large)), {
      code: 'store-failed',
      message: /SlowDown/,
      hint: /Parts of it may be left there/,
    })
  })

  t.test('who may not see uploads can store, and clear up, all the same', async (t) => {
    const { store, proxy, place } = await faulty(t)
    const denied: Fault = { answer: 403, code: 'AccessDenied' }
    proxy.rules = [on('uploads', denied), on('parts', denied)]
    await store.put('object', sourceOf(large))
    t.ok((await read(store, 'object')).equals(large))
    proxy.rules = [...proxy.rules, on('complete', slowDown)]
    const error: unknown = await store
      .put('other', sourceOf(large))
      .catch((thrown: unknown) => thrown)
    t.match(error, { code: 'store-failed' })
    t.notMatch(error, { hint: /left there/ })
    t.strictSame(await lab.uploads(place), [])
  })

  t.test('an upload of the name under way is respected, a dead one removed', async (t) => {
    const { store, place, requireNothingLeft } = await faulty(t)
    const at = { Bucket: lab.bucket, Key: `${place}/object` }
    const { UploadId } = await gateway.s3.createMultipartUpload(at)
    await gateway.s3.uploadPart({ ...at, UploadId, PartNumber: 1, Body: 'half' })
    const refusal = { code: 'store-taken', message: /another run is storing/ }
    await t.rejects(store.put('object', sourceOf(large)), refusal)
    t.strictSame(await lab.uploads(place), [at.Key], 'it is still there, and ours is gone')

    let calls = 0
    const now = () => new Date(Date.now() + (calls++ ? 2 * 3_600_000 : 0))
    const sleep = () => Promise.resolve()
    const later = lab.store(place, { clock: { now, sleep } })
    t.teardown(() => later.close())
    await later.put('object', sourceOf(large))
    t.ok((await read(store, 'object')).equals(large))
    await store.remove('object')
    await requireNothingLeft()
  })

  t.test('a list that does not say how it goes on is no list', async (t) => {
    const { store, proxy } = await faulty(t)
    const body = `<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>`
    proxy.rules = [on('list', { answer: 200, body })]
    await t.rejects(listed(store), { code: 'store-failed', message: /how the list goes on/ })
  })

  t.test('what is refused says what to set, at once and without a secret', async (t) => {
    const wrong: [string, Partial<S3StoreOptions>, RegExp][] = [
      ['InvalidAccessKeyId', { accessKeyId: 'nobody' }, /does not know the access key id/],
      ['SignatureDoesNotMatch', { secretAccessKey: 'SECRET-0' }, /secret access key/],
      ['NoSuchBucket', { bucket: 'nothing-here' }, /no bucket "nothing-here"/],
    ]
    for (const [code, options, hint] of wrong) {
      const { store, proxy } = await faulty(t, options)
      const refusal = { code: 'store-refused', message: new RegExp(code), hint }
      await t.rejects(store.put('object', sourceOf(small)), refusal)
      await t.rejects(store.put('object', sourceOf(large)), refusal)
      await t.rejects(read(store, 'object'), refusal)
      await t.rejects(listed(store), refusal)
      await t.rejects(store.remove('object'), refusal)
      t.ok(proxy.seen.length < 20, 'nothing was tried again')
    }
    const sessionToken = 'SECRET-1'
    const { store, proxy } = await faulty(t, { secretAccessKey: 'SECRET-0', sessionToken })
    proxy.rules = [on('list', { answer: 403, code: 'AccessDenied', body: echo('SECRET-1') })]
    const error: unknown = await listed(store).catch((thrown: unknown) => thrown)
    t.match(error, { code: 'store-refused', hint: /GetObject/ })
    t.notMatch(inspect(error, { depth: 20, showHidden: true }), /SECRET|authorization/i)
    proxy.rules = [on('list', { answer: 403, code: 'RequestTimeTooSkewed' })]
    await t.rejects(listed(store), { code: 'store-refused', hint: /clock/ })
    proxy.rules = [on('list', { answer: 301, code: 'PermanentRedirect' })]
    await t.rejects(listed(store), { code: 'store-refused', hint: /region us-east-1/ })
  })

  t.test('where nobody answers, that is said', async (t) => {
    const store = lab.store('x', { endpoint: 'http://127.0.0.1:1', pace })
    t.teardown(() => store.close())
    const message = /could not list S3 .* at 127\.0\.0\.1:1: ECONNREFUSED.*tried 3 times/
    await t.rejects(listed(store), { code: 'store-failed', message })
  })
}

function echo(secret: string): string {
  return `<Error><Code>AccessDenied</Code><Message>no ${secret}</Message></Error>`
}

import type { Test } from 'tap'
import { OctavoError } from '../../src/core/errors.js'
import type { PutSource, Store, StoreCall } from '../../src/core/store.js'
import { checkStore } from '../../src/stores/check-store.js'
import { sha256Of, someBytes, sourceOf } from '../support/stores/sources.js'

/** A kind of store, for the suite that each one passes. */
export interface StoreRig {
  /** A store of an empty place; what `place` gave before makes another store of the same one. */
  open(t: Test, place?: unknown): Promise<{ readonly store: Store; readonly place: unknown }>
  /** What the place keeps of calls that did not succeed, besides what `list` shows. */
  leftovers(place: unknown): Promise<readonly string[]>
  /** Sizes around the limits of the kind. */
  readonly sizes: readonly number[]
  /** More than goes in one request, where the kind has such a limit. */
  readonly largeBytes: number
  /** More than are in one answer to a listing. */
  readonly many: number
}

/** What `core/store.ts` promises, sentence by sentence. */
export function storeContract(t: Test, kind: string, rig: StoreRig): void {
  const check = (title: string, run: (t: Test) => Promise<void>) =>
    t.test(`${kind}: ${title}`, async (t) => run(t))
  const open = async (t: Test) => {
    const { store, place } = await rig.open(t)
    return { store, place, requireNothingLeft: nothingLeft(t, rig, store, place) }
  }

  check('what was put is listed and comes back as it was, of every size', async (t) => {
    const { store, requireNothingLeft } = await open(t)
    for (const size of [0, 1, ...rig.sizes, 20_000_000]) {
      const bytes = someBytes(size, size + 1)
      const told: number[] = []
      await store.put(`sizes/${size}`, sourceOf(bytes), { onBytes: (sent) => told.push(sent) })
      t.ok((await read(store, `sizes/${size}`)).equals(bytes), `${size} bytes`)
      t.strictSame(
        told,
        told.toSorted((a, b) => a - b),
        'it was told of more and more',
      )
      if (size > 0) t.equal(told.at(-1), size, 'at last of all')
      t.strictSame(await listed(store, `sizes/${size}`), [[`sizes/${size}`, size]])
      await store.remove(`sizes/${size}`)
    }
    await requireNothingLeft()
  })

  check('a name has one to four parts, and nothing else is a name', async (t) => {
    const { store } = await open(t)
    const good = ['a', 'a/b', 'a-b/c_d/E(1)/f.2', '9', `${'x'.repeat(200)}/y`]
    for (const name of good) {
      await store.put(name.replace(/^a$/, 'single'), sourceOf(Buffer.from(name)))
      t.equal(String(await read(store, name.replace(/^a$/, 'single'))), name)
    }
    const bad = ['', '/', '/a', 'a/', 'a//b', '.a', 'a/.b', '..', 'a/../b', 'a/b/c/d/e', 'ä', 'a b']
    for (const name of [...bad, 'a\\b', 'a\nb', 'a\0', 'x'.repeat(201)]) {
      const usage = { code: 'usage' }
      await t.rejects(store.put(name, sourceOf(Buffer.from('x'))), usage, `put ${name}`)
      await t.rejects(read(store, name), usage, `get ${name}`)
      await t.rejects(store.remove(name), usage, `remove ${name}`)
    }
    t.equal((await listed(store)).length, good.length)
  })

  check('a name that is taken is refused, and the object stays', async (t) => {
    const { store, place, requireNothingLeft } = await open(t)
    const { store: other } = await rig.open(t, place)
    for (const size of [0, 10, rig.largeBytes]) {
      const bytes = someBytes(size)
      await store.put('taken', sourceOf(bytes))
      for (const writer of [store, other])
        for (const second of [someBytes(11, 2), someBytes(rig.largeBytes, 3), bytes])
          await t.rejects(writer.put('taken', sourceOf(second)), { code: 'store-taken' })
      t.ok((await read(store, 'taken')).equals(bytes))
      await store.remove('taken')
    }
    await requireNothingLeft()
  })

  for (const [size, writers] of [
    [1_000, 10],
    [rig.largeBytes, 4],
  ] as const)
    check(`of ${writers} puts of a name at once one wins, ${size} bytes each`, async (t) => {
      const { store, place, requireNothingLeft } = await open(t)
      const { store: other } = await rig.open(t, place)
      const all = Array.from({ length: writers }, (_, index) => someBytes(size, index + 1))
      const ends = await Promise.allSettled(
        all.map((bytes, index) => (index % 2 ? other : store).put('one', sourceOf(bytes))),
      )
      const winners = all.filter((_, index) => ends[index]?.status === 'fulfilled')
      t.equal(winners.length, 1)
      for (const end of ends)
        if (end.status === 'rejected') t.match(end.reason, { code: 'store-taken' })
      t.ok(
        (await read(store, 'one')).equals(winners[0] ?? Buffer.alloc(0)),
        'and its bytes are there',
      )
      await store.remove('one')
      await requireNothingLeft()
    })

  for (const size of [1_000, rig.largeBytes])
    check(`a put of ${size} bytes that is stopped leaves nothing`, async (t) => {
      const { store, requireNothingLeft } = await open(t)
      for (const at of [0, 3, 6]) {
        const stop = new AbortController()
        const source = sourceOf(someBytes(size), (number) => {
          if (number === at) stop.abort()
        })
        const putting = store.put('stopped', source, { signal: stop.signal })
        await t.rejects(putting, { code: 'aborted' }, `in piece ${at}`)
        await requireNothingLeft()
      }
      const stop = new AbortController()
      const stuck: PutSource = {
        ...sourceOf(someBytes(size)),
        read: stuckSource(t, () => stop.abort()),
      }
      await t.rejects(store.put('stopped', stuck, { signal: stop.signal }), { code: 'aborted' })
      const reason = new OctavoError('shutting-down', 'the service is stopping')
      const early = { signal: AbortSignal.abort(reason) }
      await t.rejects(store.put('stopped', sourceOf(someBytes(size)), early), reason)
      await requireNothingLeft()
    })

  for (const size of [1_000, rig.largeBytes])
    check(`a source of ${size} bytes that fails or gives others leaves nothing`, async (t) => {
      const { store, requireNothingLeft } = await open(t)
      const bytes = someBytes(size)
      const source = sourceOf(bytes)
      const broken = new Error('the disk of the source broke')
      for (const at of [0, 6]) {
        const failing = sourceOf(bytes, (number) => {
          if (number === at) throw broken
        })
        await t.rejects(store.put('broken', failing), broken, 'its error passes as it is')
        await requireNothingLeft()
      }
      const lies: PutSource[] = [
        { ...source, sha256: sha256Of(Buffer.from('other')) },
        { ...source, size: size - 1 },
        { ...source, size: size + 1 },
      ]
      for (const lie of lies) {
        await t.rejects(store.put('broken', lie), { code: 'io-failed' })
        await requireNothingLeft()
      }
      await store.put('broken', source)
      t.ok((await read(store, 'broken')).equals(bytes), 'and then it can be stored')
    })

  check('get gives what follows a byte, and nothing behind the end', async (t) => {
    const { store } = await open(t)
    const bytes = someBytes(1_000_000)
    await store.put('object', sourceOf(bytes))
    for (const start of [0, 1, 65_536, 999_999, 1_000_000, 1_000_001, 9_999_999]) {
      const told: number[] = []
      const onBytes = (got: number) => told.push(got)
      const got = await read(store, 'object', { start, onBytes })
      t.ok(got.equals(bytes.subarray(start)), `from ${start}`)
      t.equal(told.at(-1) ?? 0, got.length)
    }
    await store.put('empty', sourceOf(Buffer.alloc(0)))
    t.equal((await read(store, 'empty', { start: 0 })).length, 0)
    t.equal((await read(store, 'empty', { start: 5 })).length, 0)
  })

  check('get of what is not there is not-found', async (t) => {
    const { store } = await open(t)
    await store.put('a/b', sourceOf(Buffer.from('x')))
    for (const name of ['nothing', 'a', 'a/c', 'a/b/c', 'b/a/c'])
      for (const start of [0, 10])
        await t.rejects(read(store, name, { start }), { code: 'not-found' })
  })

  check('whoever stops reading or is stopped ends the get', async (t) => {
    const { store } = await open(t)
    await store.put('object', sourceOf(someBytes(rig.largeBytes)))
    for (let round = 0; round < 60; round += 1)
      for await (const piece of store.get('object')) if (piece.length > 0) break
    const stop = new AbortController()
    const reading = async () => {
      for await (const _ of store.get('object', { signal: stop.signal })) stop.abort()
    }
    await t.rejects(reading(), { code: 'aborted' })
    await t.rejects(read(store, 'object', { signal: stop.signal }), { code: 'aborted' })
  })

  check('list gives every object of a prefix once', async (t) => {
    const { store } = await open(t)
    t.strictSame(await listed(store), [])
    const names = ['a', 'ab', 'b/a', 'b/ab', 'b/c/a', 'b-a', 'c/d/e/f']
    for (const name of names) await store.put(name, sourceOf(Buffer.from(name)))
    for (const prefix of [
      '',
      'a',
      'b',
      'b/',
      'b/a',
      'b/c',
      'b/c/',
      'c/d/e/f',
      'x',
      'b/x',
      '../',
      '/',
    ])
      t.strictSame(
        await listed(store, prefix),
        names
          .filter((name) => name.startsWith(prefix))
          .toSorted()
          .map((name) => [name, name.length]),
        `below "${prefix}"`,
      )
    const signal = AbortSignal.abort()
    await t.rejects(listed(store, '', { signal }), { code: 'aborted' })
  })

  check(`list gives ${rig.many} objects once each`, async (t) => {
    const { store } = await open(t)
    const names = Array.from({ length: rig.many }, (_, index) => `many/${1_000 + index}`)
    for (let at = 0; at < names.length; at += 20)
      await Promise.all(
        names.slice(at, at + 20).map((name) => store.put(name, sourceOf(Buffer.from('x')))),
      )
    const found = await listed(store, 'many/')
    t.strictSame(
      found.map(([name]) => name),
      names,
    )
    for await (const _ of store.list('many/')) break
  })

  check('remove removes, twice too, and the name is free again', async (t) => {
    const { store, requireNothingLeft } = await open(t)
    for (const [round, size] of [10, rig.largeBytes, 20].entries()) {
      const bytes = someBytes(size, round + 1)
      await store.put('b/object', sourceOf(bytes))
      t.ok((await read(store, 'b/object')).equals(bytes), 'of this round')
      await store.remove('b/object')
      await store.remove('b/object')
      await t.rejects(read(store, 'b/object'), { code: 'not-found' })
    }
    await store.remove('b')
    await store.remove('never/was/there')
    const signal = AbortSignal.abort()
    await t.rejects(store.remove('b/object', { signal }), { code: 'aborted' })
    await requireNothingLeft()
  })

  check('a get beside a remove gives one whole object or ends with an error', async (t) => {
    const { store } = await open(t)
    const rounds = [1, 2, 3].map((seed) => someBytes(rig.largeBytes, seed))
    for (const bytes of rounds) {
      await store.put('object', sourceOf(bytes))
      const readings = Promise.allSettled([0, 1, 2].map(() => read(store, 'object')))
      await store.remove('object')
      for (const end of await readings)
        if (end.status === 'fulfilled') t.ok(end.value.equals(bytes), 'the object of this round')
        else t.ok(['not-found', 'store-failed'].includes(end.reason.code), end.reason.message)
    }
  })

  check(
    'puts and removes of many writers in one folder keep out of each other’s way',
    async (t) => {
      const { store } = await open(t)
      const names = Array.from({ length: 20 }, (_, index) => `shared/folder/${index}`)
      await Promise.all(
        names.map(async (name) => {
          for (let round = 0; round < 3; round += 1) {
            await store.put(name, sourceOf(Buffer.from(name)))
            await store.remove(name)
          }
          await store.put(name, sourceOf(Buffer.from(name)))
        }),
      )
      t.equal((await listed(store, 'shared/folder/')).length, names.length)
    },
  )

  check('it passes the check of a user’s store, which leaves nothing', async (t) => {
    const { store, requireNothingLeft } = await open(t)
    await store.put('kept', sourceOf(Buffer.from('kept')))
    const steps = await checkStore(store, { largeBytes: rig.largeBytes })
    for (const { step, ok, reason } of steps) t.ok(ok, `${step}: ${reason}`)
    t.ok(steps.length > 10)
    t.equal(String(await read(store, 'kept')), 'kept')
    await store.remove('kept')
    await requireNothingLeft()
  })
}

function nothingLeft(t: Test, rig: StoreRig, store: Store, place: unknown) {
  return async () => {
    t.strictSame(await listed(store), [])
    t.strictSame(await rig.leftovers(place), [])
  }
}

/** One piece, and then nothing for ever. */
function stuckSource(t: Test, then: () => void): PutSource['read'] {
  return async function* () {
    yield Buffer.from('x')
    then()
    await new Promise<void>((resolve) => t.teardown(resolve))
  }
}

export async function read(
  store: Store,
  name: string,
  call: StoreCall & { readonly start?: number } = {},
): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of store.get(name, call)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Names and sizes, in order. */
export async function listed(
  store: Store,
  prefix = '',
  call: StoreCall = {},
): Promise<[string, number][]> {
  const found: [string, number][] = []
  for await (const { name, size } of store.list(prefix, call)) found.push([name, size])
  return found.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

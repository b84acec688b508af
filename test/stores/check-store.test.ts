import t from 'tap'
import { OctavoError } from '../../src/core/errors.js'
import type { Store } from '../../src/core/store.js'
import { checkStore, type CheckedStep } from '../../src/stores/check-store.js'
import { memoryStore } from '../support/stores/memory-store.js'

const largeBytes = 3_000_000

/** The steps that a store with a fault fails at, and what is left in it. */
async function failuresOf(fault: (sound: Store, objects: Map<string, Buffer>) => Partial<Store>) {
  const objects = new Map<string, Buffer>()
  const sound = memoryStore('sound', objects)
  const steps = await checkStore({ ...sound, ...fault(sound, objects) }, { largeBytes })
  const failed = steps.filter(({ ok }) => !ok)
  return {
    steps,
    failed: failed.map(({ step }) => step),
    reasons: failed,
    left: [...objects.keys()],
  }
}

t.test('a sound store passes every step, each named and timed', async (t) => {
  const objects = new Map([['kept', Buffer.from('kept')]])
  const told: CheckedStep[] = []
  const onStep = (step: CheckedStep) => void told.push(step)
  const steps = await checkStore(memoryStore('sound', objects), { largeBytes, onStep })
  t.strictSame(told, steps)
  t.equal(steps.length, 12)
  for (const { step, ok, ms, reason } of steps) {
    t.match(step, /^[a-z]+s /)
    t.ok(ok, `${step}: ${reason}`)
    t.ok(Number.isInteger(ms) && ms >= 0)
    t.equal(reason, null)
  }
  t.strictSame([...objects.keys()], ['kept'])
})

t.test('each broken promise fails at the step that is about it', async (t) => {
  const overwriting = await failuresOf((_, objects) => ({
    put: async (name, source, call) => {
      const beside = new Map<string, Buffer>()
      await memoryStore('beside', beside).put(name, source, call)
      objects.set(name, beside.get(name) ?? Buffer.alloc(0))
    },
  }))
  t.strictSame(overwriting.failed, [
    'refuses a name that is taken',
    'lets one of several writers have a name',
  ])
  t.match(overwriting.reasons[0]?.reason, 'can not be relied on')

  const keeping = await failuresOf((sound, objects) => ({
    put: async (name, source, call) => {
      if (!objects.has(name) && source.size === largeBytes) objects.set(name, Buffer.from('half'))
      await sound.remove(name)
      await sound.put(name, source, call).catch((error: unknown) => {
        objects.set(name, Buffer.from('half'))
        throw error
      })
    },
  }))
  t.ok(keeping.failed.includes('keeps nothing of what was stopped'))
  t.ok(keeping.failed.includes('keeps nothing of what broke off'))
  t.strictSame(keeping.left, [], 'and what it kept is removed')

  const fromStart = await failuresOf((sound) => ({ get: (name) => sound.get(name) }))
  t.strictSame(fromStart.failed, ['gives an object from its middle on'])

  const empty = await failuresOf((sound, objects) => ({
    get: async function* (name, call) {
      if (objects.has(name)) yield* sound.get(name, call)
    },
  }))
  t.strictSame(empty.failed, ['says what is not there', 'removes an object and frees its name'])

  const short = await failuresOf((sound) => ({
    list: async function* (prefix, call) {
      for await (const one of sound.list(prefix, call)) if (!one.name.includes('ab')) yield one
    },
  }))
  t.strictSame(short.failed, ['lists what is there'])

  const deaf = await failuresOf((sound) => ({
    put: (name, source) => sound.put(name, source),
  }))
  t.strictSame(deaf.failed, ['keeps nothing of what was stopped'])

  const sticky = await failuresOf((sound) => ({
    remove: (name) => (name.endsWith('removed') ? Promise.resolve() : sound.remove(name)),
  }))
  t.strictSame(sticky.failed, ['removes an object and frees its name', 'leaves nothing behind'])
  t.match(sticky.reasons[1]?.reason, /removed is still in memory sound/)
})

t.test('a store that refuses the first step is not asked for the others', async (t) => {
  const refused = new OctavoError('store-refused', 'no bucket', { hint: 'Make one.' })
  const { steps } = await failuresOf(() => ({ put: () => Promise.reject(refused) }))
  t.match(steps, [
    { step: 'stores an object and gives it back', ok: false, reason: 'no bucket. Make one.' },
    { step: 'leaves nothing behind', ok: true, reason: null },
  ])
  t.equal(steps.length, 2)
})

t.test('a check that is stopped removes what it made', async (t) => {
  const objects = new Map<string, Buffer>()
  const stop = new AbortController()
  const onStep = ({ step }: CheckedStep): void => {
    if (step === 'lists what is there') stop.abort()
  }
  const checking = checkStore(memoryStore('m', objects), {
    largeBytes,
    signal: stop.signal,
    onStep,
  })
  await t.rejects(checking, { code: 'aborted' })
  t.equal(objects.size, 0)
})

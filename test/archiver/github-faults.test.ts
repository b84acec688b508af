import t, { type Test } from 'tap'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import type { Call, Fault } from '../support/github-double/github-double.js'

const firstAt = Date.parse('2026-11-22T00:17:00.000Z')
const weekMs = 7 * 86_400_000

const kinds = [
  'get repository',
  'get ref',
  'get commit',
  'get tree',
  'get blob',
  'create blob',
  'create tree',
  'create commit',
  'update ref',
]

const inAnHour = String(Math.round(Date.now() / 1000) + 3600)
const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAnHour }
const faults: Readonly<Record<string, Fault>> = {
  'connection reset': 'reset',
  'answer lost': 'lost',
  'answer cut': 'cut',
  'status 500': { status: 500, message: 'Server Error' },
  'status 502': { status: 502, message: 'Bad Gateway' },
  'rate limit': { status: 403, message: 'API rate limit exceeded', headers: spent },
  'secondary limit': {
    status: 403,
    message: 'You have exceeded a secondary rate limit',
    headers: { 'retry-after': '60' },
  },
  'status 404': { status: 404 },
  'status 409': { status: 409, message: 'Conflict' },
  'status 422': { status: 422, message: 'Validation Failed' },
}

/** A branch with backups, and a run of the next week with one fault in it. */
class FaultyWeeks {
  readonly rig: ArchiveRig
  readonly #t: Test
  #week = 0

  private constructor(t: Test, rig: ArchiveRig) {
    this.#t = t
    this.rig = rig
  }

  static async start(t: Test): Promise<FaultyWeeks> {
    const rig = await ArchiveRig.start()
    t.teardown(() => rig.stop())
    const weeks = new FaultyWeeks(t, rig)
    await weeks.runWell()
    return weeks
  }

  async runWell(): Promise<void> {
    await this.#serve()
    const { commit } = await this.rig.archive({ keep: 1 })
    this.#t.equal(await this.rig.head(), commit, 'the next run is fine')
    await this.rig.fsck()
  }

  /** Resolves with what the run ended with: its commit, or null where it failed. */
  async run(name: string, fault: Fault, { kind, ...pace }: RunWishes): Promise<string | null> {
    await this.#serve()
    const { rig } = this
    const before = await rig.head()
    let hit: Call | undefined
    rig.github.plan = (call) => {
      if (hit !== undefined || call.kind !== kind) return undefined
      hit = call
      return fault
    }
    const place = {
      ...rig.place(),
      pace: { throttled: false, retries: 0, retryBaseMs: 1, ...pace },
    }
    const outcome = await rig.archive({ github: place, keep: 1 }).then(
      ({ commit }) => ({ commit, code: null }),
      (error: { code: string }) => ({ commit: null, code: error.code }),
    )
    rig.github.plan = undefined
    const what = `${name} at ${kind}`
    this.#t.ok(hit !== undefined, `${what} was met`)
    const head = await rig.head()
    if (outcome.commit === null) {
      this.#t.equal(outcome.code, 'github-failed', what)
      this.#t.equal(head, before, `${what}: red, and the branch is as it was`)
    } else this.#t.equal(head, outcome.commit, `${what}: green, and the branch is complete`)
    return outcome.commit
  }

  async #serve(): Promise<void> {
    this.#week += 1
    const at = new Date(firstAt + this.#week * weekMs).toISOString()
    await this.rig.serve({ at, machines: [`machine ${this.#week}`] })
  }
}

interface RunWishes {
  readonly kind: string
  readonly retries?: number
  readonly callMs?: number
}

/** A green run is right where the fault says nothing of what was done, or tells of a race. */
const mayPass = new Set([
  'answer lost at update ref',
  'answer cut at update ref',
  'status 409 at update ref',
  'status 404 at get ref',
])

for (const [name, fault] of Object.entries(faults))
  t.test(`${name} at every kind of call: the branch is as it was, or complete`, async (t) => {
    const weeks = await FaultyWeeks.start(t)
    for (const kind of kinds) {
      const commit = await weeks.run(name, fault, { kind })
      t.equal(commit !== null, mayPass.has(`${name} at ${kind}`), `${name} at ${kind}`)
    }
    await weeks.runWell()
  })

t.test('a call without an answer ends the run in time', async (t) => {
  const weeks = await FaultyWeeks.start(t)
  for (const kind of ['get tree', 'create blob', 'update ref'])
    t.equal(await weeks.run('no answer', 'hang', { kind, callMs: 1500 }), null)
  await weeks.runWell()
})

t.test(
  'what passes by itself is tried again, at every kind of call, and the run is green',
  async (t) => {
    const weeks = await FaultyWeeks.start(t)
    for (const name of ['connection reset', 'answer cut', 'status 502'])
      for (const kind of kinds) {
        const commit = await weeks.run(name, faults[name] ?? 'reset', { kind, retries: 2 })
        t.ok(commit !== null, `${name} at ${kind} is tried again`)
      }
    await weeks.runWell()
  },
)

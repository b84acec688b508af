import t from 'tap'
import type { Event } from '../../../src/main/beside/decide.js'
import { supervise, type SuperviseOptions } from '../../../src/main/beside/supervise.js'

/** Processes that do what the test says, and a clock that stands until it is moved on. */
class Stage implements SuperviseOptions {
  readonly done: string[] = []
  tellApp: (event: Event) => void = () => undefined
  tellService: (event: Event) => void = () => undefined
  signal: (name: NodeJS.Signals, heard: boolean) => void = () => undefined
  #now = 0
  #sleepers: { at: number; wake: () => void }[] = []

  startApp(onEvent: (event: Event) => void) {
    this.done.push('app started')
    this.tellApp = onEvent
    return { signal: (name: NodeJS.Signals) => void this.done.push(`app ${name}`) }
  }

  fault: string | null = null

  startService(onEvent: (event: Event) => void) {
    if (this.fault !== null) throw new Error(this.fault)
    this.done.push('service started')
    this.tellService = onEvent
    return {
      stop: () => void this.done.push('service stopped'),
      kill: () => void this.done.push('service killed'),
    }
  }

  onSignal(listener: (name: NodeJS.Signals, heard: boolean) => void): void {
    this.signal = listener
  }

  tell(text: string): void {
    this.done.push(`told: ${text.split('\n')[0]}`)
  }

  readonly clock = {
    now: () => new Date(this.#now),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        this.#sleepers.push({ at: this.#now + ms, wake: resolve })
        signal?.addEventListener('abort', () => reject(new Error('no longer')))
      }),
  }

  /** What was done while `ms` passed. */
  async pass(ms: number): Promise<string[]> {
    this.#now += ms
    for (const { at, wake } of this.#sleepers) if (at <= this.#now) wake()
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now)
    await new Promise(setImmediate)
    return this.done.splice(0)
  }
}

t.test(
  'the app starts at once, the service behind it, and faults touch only the service',
  async (t) => {
    const stage = new Stage()
    const exit = supervise(stage)
    t.same(await stage.pass(0), ['app started'])
    t.same(await stage.pass(1_999), [])
    t.same(await stage.pass(1), ['service started'])
    stage.tellService({ kind: 'service-ended', why: 'there is no database' })
    t.same(await stage.pass(999), ['told: there is no database'])
    t.same(await stage.pass(1), ['service started'])
    stage.tellService({ kind: 'service-ended', why: 'there is no database' })
    t.same(await stage.pass(1_999), [])
    t.same(await stage.pass(1), ['service started'])
    stage.tellService({ kind: 'service-up' })
    stage.signal('SIGHUP', false)
    stage.signal('SIGINT', true)
    t.same(await stage.pass(0), ['told: the service answers again', 'app SIGHUP'])
    stage.tellApp({ kind: 'app-ended', exit: 9 })
    t.same(await stage.pass(0), ['service stopped'])
    t.same(await stage.pass(8_000), ['service killed'])
    stage.tellService({ kind: 'service-ended', why: 'SIGKILL' })
    t.equal(await exit, 9)
  },
)

t.test(
  'a service that no process can be made for is tried again, and the app goes on',
  async (t) => {
    const stage = new Stage()
    void supervise(stage)
    stage.fault = 'spawn ENOMEM'
    t.same(await stage.pass(0), ['app started'])
    t.same(await stage.pass(2_000), ['told: spawn ENOMEM'])
    stage.fault = null
    t.same(await stage.pass(1_000), ['service started'])
  },
)

t.test('an app that can not be started ends it before there is a service', async (t) => {
  const stage = new Stage()
  const exit = supervise(stage)
  stage.tellApp({ kind: 'app-ended', exit: 127 })
  t.equal(await exit, 127)
  t.same(await stage.pass(60_000), ['app started'])
})

import t from 'tap'
import {
  begin,
  decide,
  endLimitMs,
  firstPauseMs,
  quietMs,
  steadyMs,
  type Command,
  type Event,
  type Supervision,
} from '../../../src/main/beside/decide.js'

/** A supervision that is told events at chosen times, and keeps what it commanded. */
class Told {
  state: Supervision = begin[0]
  now = 0

  /** What is commanded when `event` happens `afterMs` after the last one. */
  on(event: Event, afterMs = 0): readonly Command[] {
    this.now += afterMs
    const [state, commands] = decide(this.state, event, this.now)
    this.state = state
    return commands
  }

  /** A service that was started, and ends with a fault. */
  endedAfter(ms: number, why = 'no database'): readonly Command[] {
    this.on({ kind: 'pause-over' })
    return this.on({ kind: 'service-ended', why }, ms)
  }
}

const pauses = (commands: readonly Command[]): number[] =>
  commands.flatMap((command) => (command.kind === 'wait' ? [command.ms] : []))
const tellings = (commands: readonly Command[]): string[] =>
  commands.flatMap((command) => (command.kind === 'tell' ? [command.text] : []))

t.test('the service is started once the app had the machine for itself', async (t) => {
  t.same(begin[1], [{ kind: 'wait', ms: firstPauseMs, ends: 'pause-over' }])
  t.same(new Told().on({ kind: 'pause-over' }), [{ kind: 'start-service' }])
})

t.test(
  'a service that does not start is tried again after pauses that grow to a minute',
  async (t) => {
    const told = new Told()
    const seen = Array.from({ length: 9 }, () => pauses(told.endedAfter(200)))
    t.same(
      seen.flat().map((ms) => ms / 1000),
      [1, 2, 4, 8, 16, 32, 60, 60, 60],
    )
    t.same(pauses(told.endedAfter(steadyMs)), [1000], 'after a minute of service they begin anew')
    t.same(pauses(told.endedAfter(200)), [2000])
  },
)

t.test('a fault is told once, another one too, and that it is over', async (t) => {
  const told = new Told()
  t.match(tellings(told.endedAfter(200, 'no database')), [/^no database\nThe app goes on/])
  t.same(tellings(told.endedAfter(200, 'no database')), [])
  t.match(tellings(told.endedAfter(200, 'no key')), [/^no key\n/])
  told.on({ kind: 'pause-over' })
  t.same(tellings(told.on({ kind: 'service-up' })), ['the service answers again'])
  t.match(tellings(told.on({ kind: 'service-ended', why: 'no key' })), [/^no key\n/])
})

t.test('a first start is not told: the log of the service says where it listens', async (t) => {
  const told = new Told()
  told.on({ kind: 'pause-over' })
  t.same(told.on({ kind: 'service-up' }), [])
})

t.test('signals go to the app, and nothing but signals', async (t) => {
  const told = new Told()
  for (const name of ['SIGHUP', 'SIGUSR2', 'SIGTERM'] as const)
    t.same(told.on({ kind: 'signal', name, heard: false }), [{ kind: 'signal-app', name }])
  const all = [...told.endedAfter(10), ...told.endedAfter(10), ...told.on({ kind: 'limit-over' })]
  t.notOk(all.some(({ kind }) => kind === 'signal-app' || kind === 'exit'))
})

t.test('what the app has heard from its terminal is not told to it again', async (t) => {
  const told = new Told()
  t.same(told.on({ kind: 'signal', name: 'SIGINT', heard: true }), [])
  t.same(tellings(told.endedAfter(10, 'ended by SIGKILL')), [], 'it was told to end all the same')
  told.on({ kind: 'pause-over' })
  told.on({ kind: 'app-ended', exit: 130 })
  const again = told.on({ kind: 'signal', name: 'SIGINT', heard: true })
  t.same(again, [{ kind: 'kill-service' }])
})

t.test('a service that is told to end together with the app is no news for a while', async (t) => {
  const told = new Told()
  told.on({ kind: 'signal', name: 'SIGTERM', heard: false })
  t.same(tellings(told.endedAfter(10, 'ended by SIGTERM')), [])
  t.match(tellings(told.endedAfter(quietMs, 'ended by SIGKILL')), [/^ended by SIGKILL/])
})

t.test('when the app has ended, the service ends in order, and its code is ours', async (t) => {
  const told = new Told()
  told.on({ kind: 'pause-over' })
  t.same(told.on({ kind: 'app-ended', exit: 143 }), [
    { kind: 'stop-service' },
    { kind: 'wait', ms: endLimitMs, ends: 'limit-over' },
  ])
  t.same(told.on({ kind: 'limit-over' }), [{ kind: 'kill-service' }])
  t.same(told.on({ kind: 'service-ended', why: 'x' }), [{ kind: 'exit', code: 143 }])
})

t.test(
  'without a service there is nothing to wait for, and none is started any more',
  async (t) => {
    const told = new Told()
    t.same(told.on({ kind: 'app-ended', exit: 3 }), [{ kind: 'exit', code: 3 }])
    t.same(told.on({ kind: 'pause-over' }), [])
  },
)

t.test('who asks once more while the service ends does not want to wait for it', async (t) => {
  const told = new Told()
  told.on({ kind: 'pause-over' })
  told.on({ kind: 'app-ended', exit: 0 })
  t.same(told.on({ kind: 'signal', name: 'SIGWINCH', heard: false }), [])
  t.same(told.on({ kind: 'signal', name: 'SIGINT', heard: false }), [{ kind: 'kill-service' }])
})

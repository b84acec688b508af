/** What happens to the app and to our service, as far as the supervisor has to know of it. */
export type Event =
  /** `heard`: it came to the app as well. */
  | { readonly kind: 'signal'; readonly name: NodeJS.Signals; readonly heard: boolean }
  | { readonly kind: 'app-ended'; readonly exit: number }
  | { readonly kind: 'service-up' }
  | { readonly kind: 'service-ended'; readonly why: string }
  | { readonly kind: 'pause-over' }
  | { readonly kind: 'limit-over' }

export type Command =
  | { readonly kind: 'signal-app'; readonly name: NodeJS.Signals }
  | { readonly kind: 'start-service' | 'stop-service' | 'kill-service' }
  | { readonly kind: 'wait'; readonly ms: number; readonly ends: 'pause-over' | 'limit-over' }
  | { readonly kind: 'tell'; readonly text: string }
  | { readonly kind: 'exit'; readonly code: number }

export interface Supervision {
  /** The app's exit code, once it has ended. */
  readonly exit: number | null
  /** Until then a service that ends is no news: the app was told to end, and both may have been. */
  readonly quietUntil: number
  readonly serviceRuns: boolean
  readonly serviceSince: number
  /** Before the next start of the service. */
  readonly pauseMs: number
  /** The fault that was told last, and is not yet over. */
  readonly told: string | null
}

export type Decision = readonly [Supervision, readonly Command[]]

/** The app has the machine for itself while it starts. */
export const firstPauseMs = 2_000
export const leastPauseMs = 1_000
export const mostPauseMs = 60_000
/** A service that ran so long has not failed to start. */
export const steadyMs = 60_000
/** What an app usually takes to end. */
export const quietMs = 30_000
/** Running exports have five seconds to end, and their clients one more to hear of it. */
export const endLimitMs = 8_000

const leaveSignals: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT'])

/** How it begins: the app runs already. */
export const begin: Decision = [
  {
    exit: null,
    quietUntil: 0,
    serviceRuns: false,
    serviceSince: 0,
    pauseMs: leastPauseMs,
    told: null,
  },
  [{ kind: 'wait', ms: firstPauseMs, ends: 'pause-over' }],
]

/**
 * What is to be done now that `event` happened. The app is never touched but by the signals that it is
 * sent; the service follows it.
 */
export function decide(state: Supervision, event: Event, now: number): Decision {
  switch (event.kind) {
    case 'signal':
      return onSignal(state, event, now)
    case 'app-ended':
      return onAppEnded({ ...state, exit: event.exit })
    case 'service-up':
      return onServiceUp(state)
    case 'service-ended':
      return onServiceEnded({ ...state, serviceRuns: false }, event.why, now)
    case 'pause-over':
      if (state.exit !== null || state.serviceRuns) return [state, []]
      return [{ ...state, serviceRuns: true, serviceSince: now }, [{ kind: 'start-service' }]]
    case 'limit-over':
      return [state, state.serviceRuns ? [{ kind: 'kill-service' }] : []]
  }
}

type Signal = Extract<Event, { kind: 'signal' }>

function onSignal(state: Supervision, { name, heard }: Signal, now: number): Decision {
  const leaves = leaveSignals.has(name)
  // Only our service is left: whoever asks again does not want to wait for it.
  if (state.exit !== null) return [state, leaves ? [{ kind: 'kill-service' }] : []]
  const quietUntil = leaves ? now + quietMs : state.quietUntil
  return [{ ...state, quietUntil }, heard ? [] : [{ kind: 'signal-app', name }]]
}

function onAppEnded(state: Supervision): Decision {
  if (!state.serviceRuns) return [state, [{ kind: 'exit', code: state.exit ?? 0 }]]
  const limit = { kind: 'wait', ms: endLimitMs, ends: 'limit-over' } as const
  return [state, [{ kind: 'stop-service' }, limit]]
}

function onServiceUp(state: Supervision): Decision {
  const text = 'the service answers again'
  const commands: Command[] = state.told === null ? [] : [{ kind: 'tell', text }]
  return [{ ...state, told: null }, commands]
}

function onServiceEnded(state: Supervision, why: string, now: number): Decision {
  if (state.exit !== null) return [state, [{ kind: 'exit', code: state.exit }]]
  const steady = now - state.serviceSince >= steadyMs
  const ms = steady ? leastPauseMs : state.pauseMs
  const pauseMs = Math.min(ms * 2, mostPauseMs)
  const wait: Command = { kind: 'wait', ms, ends: 'pause-over' }
  if (now < state.quietUntil || state.told === why) return [{ ...state, pauseMs }, [wait]]
  const text = `${why}\nThe app goes on; the service is tried again, at the latest every ${mostPauseMs / 1000} seconds.`
  return [{ ...state, pauseMs, told: why }, [{ kind: 'tell', text }, wait]]
}

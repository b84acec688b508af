import type { Clock } from '../../core/clock.js'
import { messageOf } from '../../core/message-of.js'
import { begin, decide, type Command, type Event, type Supervision } from './decide.js'

export interface AppHandle {
  signal(name: NodeJS.Signals): void
}

export interface ServiceHandle {
  /** Ends running exports in order. */
  stop(): void
  kill(): void
}

/** The processes and the clock that the decisions are carried out with. */
export interface SuperviseOptions {
  startApp(onEvent: (event: Event) => void): AppHandle
  startService(onEvent: (event: Event) => void): ServiceHandle
  /** Calls for every signal that the app should have; `heard`: it has it already. */
  onSignal(listener: (name: NodeJS.Signals, heard: boolean) => void): void
  tell(text: string): void
  readonly clock: Clock
}

/** Runs the app with our service beside it; resolves with the app's exit code when both have ended. */
export function supervise(options: SuperviseOptions): Promise<number> {
  return new Promise((resolve) => {
    const over = new AbortController()
    let state: Supervision
    let app: AppHandle
    let service: ServiceHandle | undefined
    const startService = (): void => {
      try {
        service = options.startService(handle)
      } catch (error) {
        // Without memory, say, no process can be made: the app has to go on all the same.
        handle({ kind: 'service-ended', why: messageOf(error) })
      }
    }
    const carryOut = (command: Command): void => {
      switch (command.kind) {
        case 'signal-app':
          return app.signal(command.name)
        case 'start-service':
          return startService()
        case 'stop-service':
          return service?.stop()
        case 'kill-service':
          return service?.kill()
        case 'tell':
          return options.tell(command.text)
        case 'wait':
          return waitFor(command.ms, { kind: command.ends })
        case 'exit':
          over.abort()
          resolve(command.code)
      }
    }
    const waitFor = (ms: number, event: Event): void => {
      options.clock.sleep(ms, over.signal).then(
        () => handle(event),
        () => undefined,
      )
    }
    const handle = (event: Event): void => {
      if (over.signal.aborted) return
      const [next, commands] = decide(state, event, options.clock.now().getTime())
      state = next
      commands.forEach(carryOut)
    }
    const [first, commands] = begin
    state = first
    options.onSignal((name, heard) => handle({ kind: 'signal', name, heard }))
    app = options.startApp(handle)
    commands.forEach(carryOut)
  })
}

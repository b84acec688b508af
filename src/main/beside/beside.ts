import type { BesideRequest } from '../../cli/actions.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { startApp } from './app-process.js'
import { chooseDoor } from './choose-door.js'
import { startService } from './service-process.js'
import { supervise } from './supervise.js'
import { cameFromTerminal } from './terminal-group.js'

/** SIGKILL and SIGSTOP can't be caught; the others that servers such as gunicorn act on are passed. */
const passedOn = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
] as const

export interface BesideOptions {
  /** Aborted by signals that came before the app was there. */
  readonly signal: AbortSignal
  /** Leaves the process's signals to us. */
  readonly releaseSignals: () => void
}

/** Runs the app with our service beside it, and resolves with the app's exit code. */
export async function beside(
  context: ProcessContext,
  { words, socket }: BesideRequest,
  { signal, releaseSignals }: BesideOptions,
): Promise<number> {
  signal.throwIfAborted()
  const { err } = context.terminal
  const tell = (text: string): void => {
    // In one piece: the app writes there too.
    err.write(text.replaceAll(/^/gm, 'octavo: ') + '\n')
  }
  const door = chooseDoor(context, socket)
  try {
    return await supervise({
      startApp: (onEvent) =>
        startApp({ words, environment: { ...context.environment, ...door.forApp } }, onEvent, tell),
      startService: (onEvent) => startService(door.socket, onEvent),
      onSignal: (listener) => {
        for (const name of passedOn) process.on(name, () => listener(name, cameFromTerminal(name)))
        releaseSignals()
      },
      tell,
      clock: systemClock,
    })
  } finally {
    door.close()
  }
}

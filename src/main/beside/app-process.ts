import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { failedWith } from '../../core/files/file-failure.js'
import type { Event } from './decide.js'
import type { AppHandle } from './supervise.js'

export interface AppCommand {
  readonly words: readonly [string, ...string[]]
  readonly environment: NodeJS.ProcessEnv
  /** Whether a person sits in front of it. */
  readonly onTerminal: boolean
}

/** What a shell ends with where a command can't be run, or is not found. */
const cannotRun = 126
const notFound = 127

/**
 * Starts the app with our own input and outputs. On a terminal it gets a session of its own: Ctrl-C goes
 * to everything in the foreground, and the app would hear it twice, from there and from us.
 */
export function startApp(
  { words, environment, onTerminal }: AppCommand,
  onEvent: (event: Event) => void,
  tell: (text: string) => void,
): AppHandle {
  const [command, ...more] = words
  const options = { stdio: 'inherit', env: environment, detached: onTerminal } as const
  const child = spawn(command, more, options)
  child.on('error', (error) => {
    if (child.pid !== undefined) return
    const missing = failedWith(error, 'ENOENT')
    tell(`${command} can not be started: ${missing ? 'it is not found' : error.message}`)
    onEvent({ kind: 'app-ended', exit: missing ? notFound : cannotRun })
  })
  child.on('exit', (code, signal) => {
    onEvent({ kind: 'app-ended', exit: code ?? 128 + constants.signals[signal ?? 'SIGKILL'] })
  })
  return { signal: (name) => void child.kill(name) }
}

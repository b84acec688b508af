import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { failedWith } from '../../core/files/file-failure.js'
import type { Event } from './decide.js'
import type { AppHandle } from './supervise.js'

export interface AppCommand {
  readonly words: readonly [string, ...string[]]
  readonly environment: NodeJS.ProcessEnv
}

/** What a shell ends with where a command can't be run, or is not found. */
const cannotRun = 126
const notFound = 127

/**
 * Starts the app with our own input and outputs, in our own process group: on a terminal it keeps the
 * terminal, and hears its keys from there.
 */
export function startApp(
  { words, environment }: AppCommand,
  onEvent: (event: Event) => void,
  tell: (text: string) => void,
): AppHandle {
  const [command, ...more] = words
  const child = spawn(command, more, { stdio: 'inherit', env: environment })
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

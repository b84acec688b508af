import type { Writable } from 'node:stream'
import type { ErrorCode } from '../core/error-table.js'
import { OctavoError } from '../core/errors.js'

const exits = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 } as const

export interface StopSignals {
  /** Aborted by the first signal, or when whoever reads the output goes away. */
  readonly signal: AbortSignal
  /** The exit code that the stop asks for; undefined where nothing stopped. */
  exitCode(): number | undefined
  /** The exit code where the output is lost; undefined where all of it was taken. */
  outputLost(): number | undefined
  /** Leaves the signals to somebody else. */
  release(): void
}

/**
 * Turns signals into an abort, so that jobs end in order and leave nothing half-written. A second
 * SIGINT ends the process at once; what it leaves is removed at the next start.
 */
export function stopSignals(outputs: readonly Writable[]): StopSignals {
  const abort = new AbortController()
  let exit: number | undefined
  let lost: number | undefined
  const stop = (code: number, why: string, kind: ErrorCode = 'aborted'): void => {
    exit ??= code
    abort.abort(new OctavoError(kind, why))
  }
  const listeners = Object.entries(exits).map(([name, code]) => {
    const listener = (): void => {
      if (exit !== undefined && name === 'SIGINT') process.exit(code)
      stop(code, `stopped by ${name} before it ended`)
    }
    process.on(name, listener)
    return { name, listener }
  })
  for (const stream of outputs)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      lost ??= error.code === 'EPIPE' ? 141 : 1
      if (lost === 141) stop(lost, 'whoever read the output stopped reading')
      else stop(lost, `the output can not be written: ${error.message}`, 'io-failed')
    })
  return {
    signal: abort.signal,
    exitCode: () => exit,
    outputLost: () => lost,
    release: () => {
      for (const { name, listener } of listeners) process.off(name, listener)
    },
  }
}

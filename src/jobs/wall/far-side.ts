import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FromJob, ToJob } from './messages.js'

const entry = new URL(`./job-entry${extname(import.meta.url)}`, import.meta.url)

/** Small, so that buffers nobody needs any more are given back soon: they hang on young objects. */
const youngMb = 2

/** What a worker thread and a child process have in common, seen from this side of the wall. */
export interface FarSide {
  /** Of a child process; undefined for a thread. */
  readonly pid: number | undefined
  send(message: ToJob): void
  kill(): void
  onMessage(receive: (message: FromJob) => void): void
  /** Called once, after the last message, with what is known of the reason. */
  onGone(gone: (reason: string) => void): void
}

export function startThread(): FarSide {
  const worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: youngMb } })
  let failure: string | undefined
  worker.on('error', (error) => {
    failure = error.message
  })
  return {
    pid: undefined,
    send: (message) => worker.postMessage(message),
    kill: () => void worker.terminate(),
    onMessage: (receive) => void worker.on('message', receive),
    onGone: (gone) =>
      void worker.on('exit', () => gone(failure ? `failed: ${failure}` : 'gave no answer')),
  }
}

export function startProcess(): FarSide {
  const child = fork(entry, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message)
    },
    kill: () => void child.kill('SIGKILL'),
    onMessage: (receive) => void child.on('message', receive),
    onGone: (gone) => {
      // The last message may still be in the channel when the process is gone: wait for both ends.
      const exited = new Promise<string>((resolve) => {
        child.on('error', (error) => resolve(`could not start: ${error.message}`))
        child.on('exit', (code, signal) =>
          resolve(
            signal === null ? `gave no answer (exit code ${code})` : `was ended by ${signal}`,
          ),
        )
      })
      const drained = new Promise<void>((resolve) => {
        if (child.connected) child.on('disconnect', resolve)
        else resolve()
      })
      void Promise.all([exited, drained]).then(([reason]) => gone(reason))
    },
  }
}

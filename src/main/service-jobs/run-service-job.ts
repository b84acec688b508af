import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromErrorRecord, OctavoError } from '../../core/errors.js'
import type { BoardListeners } from '../../jobs/board/board-types.js'
import type { ProcessContext } from '../process-context.js'
import type { FromServiceJob, StartJob } from './messages.js'

const entry = fileURLToPath(new URL(`./job-entry${extname(import.meta.url)}`, import.meta.url))

/** How long a job may take to end by itself once it is told to: as long as the service has itself. */
const stopLimitMs = 5_000

/**
 * Runs a job in a process of its own. It is stopped as a command is, by SIGTERM, and killed where that
 * leads to nothing; and it stops by itself when this process is gone.
 */
export function runServiceJob(
  { environment, folder }: ProcessContext,
  start: StartJob,
  { signal, onProgress, onLog }: BoardListeners,
): Promise<unknown> {
  const child = fork(entry, [], {
    cwd: folder,
    // As cli.ts has it, for the processes that the job starts in turn.
    env: { MALLOC_TRIM_THRESHOLD_: '131072', ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    let kill: NodeJS.Timeout | undefined
    const stop = (): void => {
      child.kill('SIGTERM')
      kill = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
    }
    let done: { readonly result: unknown } | undefined
    let failure: OctavoError | undefined
    child.on('message', (message: FromServiceJob) => {
      if (message.kind === 'ready') child.send(start)
      else if (message.kind === 'log') onLog(message.line)
      else if (message.kind === 'progress') onProgress(message.progress)
      else if (message.kind === 'done') done = message
      else failure = fromErrorRecord(message.error)
    })
    const end = (why: string): void => {
      clearTimeout(kill)
      signal.removeEventListener('abort', stop)
      if (done) resolve(done.result)
      else reject(failure ?? lost(why, signal))
    }
    child.once('error', (error) => {
      if (child.pid === undefined) end(`could not be started: ${error.message}`)
    })
    // Not 'exit': the last message may still be in the channel then.
    child.once('close', (code, by) => end(`ended ${by === null ? `with ${code}` : `by ${by}`}`))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

function lost(why: string, { aborted }: AbortSignal): OctavoError {
  if (aborted) return new OctavoError('aborted', 'the job was stopped before it ended')
  return new OctavoError('internal', `the process of the job ${why} without an answer`, {
    hint: 'Look for what ends it: memory, a deploy. What it left is cleared up by the next backup.',
  })
}

import { asOctavoError, fromErrorRecord, OctavoError } from '../../core/errors.js'
import type { OnProgress } from '../../core/progress.js'
import type { JobName, JobTypes } from '../job-types.js'
import { runHere } from '../jobs.js'
import { allowedSilenceMs } from './allowed-silence.js'
import { startProcess, startThread, type FarSide } from './far-side.js'
import type { ToJob } from './messages.js'
import { throttleProgress } from './throttle-progress.js'
import { watchMemory } from './watch-memory.js'
import { type SilenceWatch, watchSilence } from './watch-silence.js'

export interface RunOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  /**
   * `thread` for our own database; `process` where a file from elsewhere is opened, so that a schema
   * made to hang or to eat memory can be killed; `none` for our own database where the caller has
   * nothing else to do meanwhile: it saves the start of a thread and its memory.
   */
  readonly wall: 'thread' | 'process' | 'none'
  /** With `process`: killed after so many milliseconds without a sign; by default by size. */
  readonly silenceMs?: number
}

/** Runs a job behind its wall. Errors arrive as the OctavoError thrown inside. */
export type RunJob = <K extends JobName>(
  name: K,
  input: JobTypes[K]['input'],
  options: RunOptions,
) => Promise<JobTypes[K]['result']>

/** How long a job may take to end by itself after it was told to. */
const graceMs = 5_000

export const runJob: RunJob = async (name, input, options) => {
  if (options.signal?.aborted) throw stopped()
  const { wall } = options
  if (wall === 'none') return await withoutWall(name, input, options)
  const silenceMs = options.silenceMs ?? (wall === 'process' ? await allowedSilenceMs(input) : 0)
  const far = wall === 'thread' ? startThread() : startProcess()
  const result = await converse(far, { kind: 'start', name, input }, { ...options, silenceMs })
  // Which job has which result is held together by the types of jobs.ts on the far side.
  return result as JobTypes[typeof name]['result']
}

const withoutWall: RunJob = async (name, input, { signal, onProgress }) => {
  const context = {
    signal: signal ?? new AbortController().signal,
    onProgress: throttleProgress(onProgress ?? (() => undefined)),
  }
  try {
    return await runHere(name, input, context)
  } catch (error) {
    throw asOctavoError(error)
  }
}

interface Watched extends RunOptions {
  readonly silenceMs: number
}

function stopped(): OctavoError {
  return new OctavoError('aborted', 'the job was stopped before it ended')
}

function converse(far: FarSide, start: ToJob, options: Watched): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let failure: OctavoError | undefined
    let graceTimer: NodeJS.Timeout | undefined
    const kill = (error: OctavoError): void => {
      failure ??= error
      far.kill()
    }
    const watched = watch(far, options, kill)
    const onAbort = (): void => {
      far.send({ kind: 'abort' })
      graceTimer = setTimeout(() => kill(stopped()), graceMs)
    }
    options.signal?.addEventListener('abort', onAbort, { once: true })
    let done: { readonly result: unknown } | undefined
    far.onMessage((message) => {
      watched.heard()
      if (message.kind === 'ready') far.send(start)
      else if (message.kind === 'progress') options.onProgress?.(message.progress)
      else if (message.kind === 'done') done = message
      else failure ??= fromErrorRecord(message.error)
    })
    far.onGone((reason) => {
      clearTimeout(graceTimer)
      watched.stop()
      options.signal?.removeEventListener('abort', onAbort)
      if (done) resolve(done.result)
      else reject(failure ?? new OctavoError('internal', `the job ${reason}`))
    })
  })
}

/** The silence counts from the first word: starting up takes what the machine takes. */
function watch(
  far: FarSide,
  { silenceMs }: Watched,
  kill: (error: OctavoError) => void,
): { heard(): void; stop(): void } {
  if (far.pid === undefined) return { heard: () => undefined, stop: () => undefined }
  const stopMemory = watchMemory(far.pid, kill)
  let silence: SilenceWatch | undefined
  return {
    heard: () => {
      silence ??= watchSilence(silenceMs, kill)
      silence.refresh()
    },
    stop: () => {
      stopMemory()
      silence?.stop()
    },
  }
}

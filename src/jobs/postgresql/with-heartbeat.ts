import type { Progress } from '../../core/progress.js'
import type { JobContext } from '../job-context.js'

const everyMs = 5_000

/**
 * Tells the last progress again while a server works. The wall takes long silence for a job that hangs;
 * here the server sorts, makes an index or waits for a lock, and a lost server is noticed by itself.
 */
export async function withHeartbeat<T>(
  context: JobContext,
  work: (context: JobContext) => Promise<T>,
): Promise<T> {
  let last: Progress = { phase: 'waiting for the server' }
  const timer = setInterval(() => context.onProgress(last), everyMs)
  const onProgress = (progress: Progress): void => {
    const { space: _, ...again } = progress
    last = again
    context.onProgress(progress)
  }
  try {
    return await work({ ...context, onProgress })
  } finally {
    clearInterval(timer)
  }
}

import { OctavoError } from '../../core/errors.js'

export interface SilenceWatch {
  /** Something was heard: begin to count again. */
  refresh(): void
  stop(): void
}

/** Calls `kill` after `silenceMs` without a `refresh`. */
export function watchSilence(silenceMs: number, kill: (error: OctavoError) => void): SilenceWatch {
  const seconds = Math.round(silenceMs / 1000)
  const timer = setTimeout(
    () =>
      kill(
        new OctavoError(
          'document-invalid',
          `the file kept the engine busy for ${seconds} seconds without progress`,
          { hint: 'A schema can be written to hang its reader. Take another backup.' },
        ),
      ),
    silenceMs,
  )
  return { refresh: () => void timer.refresh(), stop: () => clearTimeout(timer) }
}

import { SingleBar } from 'cli-progress'
import { showBytes } from '../core/files/free-space.js'
import type { OnProgress, Progress } from '../core/progress.js'
import { plain } from './paint.js'
import { showNumber } from './table.js'
import type { Terminal } from './terminal.js'

const shownAfterMs = 1_000
const barWidth = 24

export interface ProgressBar {
  readonly onProgress: OnProgress
  /** Lets something be written above the line. */
  beside(write: () => void): void
  /** Clears the line. May be called twice. */
  stop(): void
}

const silentBar: ProgressBar = {
  onProgress: () => undefined,
  beside: (write) => write(),
  stop: () => undefined,
}

/** A line on the error output, for a person who waits for more than a second; else nothing. */
export function progressBar({ err, tty }: Terminal, wanted: boolean): ProgressBar {
  if (!wanted || !tty.err) return silentBar
  let latest: Progress | undefined
  const bar = new SingleBar({
    stream: err as NodeJS.WriteStream, // a terminal: tty.err says so
    clearOnComplete: true,
    hideCursor: true,
    fps: 8,
    format: () => (latest ? progressLine(latest) : ''),
  })
  let shown = false
  const timer = setTimeout(() => {
    shown = true
    bar.start(1, 0)
  }, shownAfterMs)
  return {
    onProgress: (progress) => {
      latest = progress
    },
    beside: (write) => {
      if (shown) bar.stop()
      write()
      if (shown) bar.start(1, 0)
    },
    stop: () => {
      clearTimeout(timer)
      if (shown) bar.stop()
      shown = false
    },
  }
}

function progressLine({ phase, model, records, bytes, total }: Progress): string {
  const amount =
    records !== undefined
      ? `${showNumber(records)} records`
      : bytes !== undefined
        ? showBytes(bytes)
        : ''
  const share = total ? Math.min(1, (records ?? bytes ?? 0) / total) : null
  const full = Math.round((share ?? 0) * barWidth)
  const bar =
    share === null
      ? ''
      : `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${Math.floor(share * 100)} %`
  return [phase, bar, amount, model ? plain(model) : ''].filter((part) => part !== '').join('  ')
}

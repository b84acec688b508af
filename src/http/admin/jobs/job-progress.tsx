import type { VNode } from 'preact'
import type { Progress } from '../../../core/progress.js'
import { capitalised, showCount, showSize } from '../page/words.js'

/** What a running job tells; the script of the pages keeps it up to date. */
export function JobProgress({ progress }: { readonly progress: Progress | null }): VNode {
  const share = shareOf(progress)
  return (
    <div class="progress">
      <progress id="progress" max={100} value={share ?? undefined} aria-label="Progress" />
      <p id="progress-text" aria-live="off">
        {textOf(progress)}
      </p>
      <p id="progress-said" class="said" aria-live="polite" />
    </div>
  )
}

function shareOf(progress: Progress | null): number | null {
  if (!progress?.total) return null
  return Math.min(
    100,
    Math.floor((100 * (progress.records ?? progress.bytes ?? 0)) / progress.total),
  )
}

function textOf(progress: Progress | null): string {
  if (progress === null) return 'Starting'
  const { phase, model, records, bytes } = progress
  const parts = [
    capitalised(phase),
    ...(model === undefined ? [] : [model]),
    ...(records === undefined ? [] : [`${showCount(records)} records`]),
    ...(bytes === undefined ? [] : [showSize(bytes)]),
  ]
  return parts.join(' · ')
}

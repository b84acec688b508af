import type { BoardJob, JobKind } from '../../../jobs/board/board-types.js'
import type { Tone } from '../page/parts.js'

/** What a job is, for people. */
export const kindWords: Readonly<Record<JobKind, string>> = {
  export: 'Export',
  backup: 'Backup',
  verify: 'Verification',
  remove: 'Removal',
  prune: 'Pruning',
  restore: 'Restore',
  undo: 'Undo',
  compare: 'Comparison',
  inspect: 'Look',
  'check-store': 'Test',
  'test-channel': 'Test',
}

export const jobTones: Readonly<Record<BoardJob['status'], Tone>> = {
  running: 'busy',
  done: 'good',
  failed: 'bad',
}

export const jobStates: Readonly<Record<BoardJob['status'], string>> = {
  running: 'In progress',
  done: 'Success',
  failed: 'Failed',
}

/** `Backup of database`, `Verification of 20261122T000003Z-5a01ce`. */
export function titleOf({ kind, database, backup, about }: BoardJob): string {
  if (kind === 'inspect') return 'A file that was sent'
  const subject = about ?? backup ?? database
  const into = kind === 'restore' && backup !== null ? ` into ${String(database)}` : ''
  return `${kindWords[kind]}${subject === null ? '' : ` of ${subject}`}${into}`
}

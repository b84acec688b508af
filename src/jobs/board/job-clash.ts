import { OctavoError } from '../../core/errors.js'
import type { BoardJob, JobKind, JobMeta } from './board-types.js'

/** Each is a process of its own, and a backup takes some of them: a small machine has memory for so many. */
const mostRunning = 4

const usesDatabase: ReadonlySet<JobKind> = new Set<JobKind>(['backup', 'restore', 'undo'])

/** Why a job can not be started beside those that run; null where it can. */
export function jobClash(wanted: JobMeta, running: readonly BoardJob[]): OctavoError | null {
  for (const other of running) {
    if (sharesDatabase(wanted, other))
      return clash(other, `a ${other.kind} of ${String(other.database)} runs already`)
    if (sharesBackup(wanted, other))
      return clash(other, `a ${other.kind} of the backup ${String(other.backup)} runs already`)
    if (wanted.about !== undefined && wanted.kind === other.kind && wanted.about === other.about)
      return clash(other, `${wanted.about} is being tested already`)
  }
  if (running.length < mostRunning) return null
  return new OctavoError('job-running', `${mostRunning} jobs run already, which is as many as may`)
}

/** What is read for a backup, or changed by a restore, is changed by nothing else meanwhile. */
function sharesDatabase(a: JobMeta, b: JobMeta): boolean {
  return (
    a.database !== null &&
    a.database === b.database &&
    usesDatabase.has(a.kind) &&
    usesDatabase.has(b.kind)
  )
}

/** A backup may be read twice at once; one that is being removed, or proved already, is left to that. */
function sharesBackup(a: JobMeta, b: JobMeta): boolean {
  if (a.backup === null || a.backup !== b.backup) return false
  return a.kind === 'remove' || b.kind === 'remove' || (a.kind === 'verify' && b.kind === 'verify')
}

function clash({ id, kind, startedAt }: BoardJob, what: string): OctavoError {
  const code = kind === 'backup' ? 'backup-running' : 'job-running'
  return new OctavoError(code, `${what}: the job ${id}, since ${startedAt}`, {
    hint: `Wait for it to end: GET /api/jobs/${id} shows it, DELETE stops it.`,
    details: { job: id },
  })
}

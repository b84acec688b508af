import type { BackupRecord } from '../../core/backups/catalog.js'
import { OctavoError } from '../../core/errors.js'
import type { BackupRequest, BackupRoom } from './backup-types.js'
import { mayStillRun, ownProcess } from './run-process.js'

/** Of several processes that begin in one moment, one does. */
export async function beginAlone({ catalog, clock }: BackupRoom, run: BackupRecord): Promise<void> {
  const { database } = run
  const dead: string[] = []
  for (const other of await catalog.list({ database, status: 'in-progress' }))
    if (!(await mayStillRun(other, clock.now()))) dead.push(other.id)
  const running = await catalog.begin(run, dead)
  if (running === null) return
  const since = (await catalog.get(running))?.startedAt
  throw new OctavoError(
    'backup-running',
    `a backup of ${database} runs already: ${running}${since ? `, since ${since}` : ''}`,
  )
}

/** What the catalog gets of a run that begins. */
export async function beginning(
  { database, format, startedBy }: BackupRequest,
  { id, startedAt }: { readonly id: string; readonly startedAt: Date },
): Promise<BackupRecord> {
  return {
    id,
    database: database.name,
    label: database.label,
    format,
    status: 'in-progress',
    startedAt: startedAt.toISOString(),
    endedAt: null,
    startedBy,
    process: await ownProcess(startedAt),
    manifest: null,
    error: null,
    warnings: [],
    copies: [],
    leaving: [],
    pinned: false,
    unchangedFrom: null,
  }
}

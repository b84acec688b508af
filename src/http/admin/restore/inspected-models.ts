import type { JobBoard } from '../../../jobs/board/job-board.js'
import type { InspectedBackup } from '../../backups/backup-desk.js'

/** What the look at a file that was sent has found; none where it is not known any more. */
export function inspectedModels(board: JobBoard, upload: string): InspectedBackup['models'] {
  const job = board
    .list()
    .find(
      ({ kind, status, backup }) => kind === 'inspect' && status === 'done' && backup === upload,
    )
  return job ? (job.result as InspectedBackup).models : []
}

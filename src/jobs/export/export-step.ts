import type { JobContext } from '../job-context.js'
import type { ExportInput } from '../job-types.js'

/** What each way of exporting gets. */
export interface ExportStep {
  readonly input: ExportInput
  /** Of the database. */
  readonly path: string
  readonly workFolder: string
  readonly context: JobContext
}

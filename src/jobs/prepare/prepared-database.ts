import type { DocumentHeader, DocumentReading } from '../../core/document.js'
import type { JobContext } from '../job-context.js'
import type { ExportFormat, ModelCount, ScratchServer } from '../job-types.js'
import type { DumpFile } from '../postgresql/load-dump.js'

export interface Prepare {
  readonly file: string
  /** Where the new database is built: a file in the work folder, or beside it. */
  readonly path: string
  readonly workFolder: string
  readonly context: JobContext
  /** Table to model name, for native files; documents bring their own. */
  readonly modelNames: ReadonlyMap<string, string>
  /** In place of the backup's own: a live database in WAL mode keeps its page size. */
  readonly pageSize?: number
  /** Given the header, null for a native file; may refuse before anything is built. */
  readonly beforeBuild?: (header: DocumentHeader | null) => void
  /** What to do with a document of PostgreSQL where it is not rewritten as one of SQLite. */
  readonly onServer?: (reading: DocumentReading) => Promise<Prepared>
  /** What to do with a dump of PostgreSQL; a document is made of it else. */
  readonly onDump?: (dump: DumpFile) => Promise<Prepared>
  /** Where that document is made. */
  readonly scratch?: ScratchServer | undefined
  /** Whether the new file is set to WAL where the backup's database was. */
  readonly keepWal: boolean
}

export interface PreparedModel extends ModelCount {
  readonly table: string
}

/** A complete new database, built from a backup file and found equal to it; nobody uses it yet. */
export interface Prepared {
  readonly path: string
  readonly format: ExportFormat
  readonly canonical: boolean
  /** Null for native files and dumps. */
  readonly header: DocumentHeader | null
  readonly contentSha256: string | null
  readonly models: readonly PreparedModel[]
  readonly warnings: readonly string[]
}

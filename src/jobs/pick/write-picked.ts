import type { DocumentReading } from '../../core/document.js'
import type { PickedRecords } from '../../documents/pick/pick-records.js'
import { pickedSnapshot } from '../../documents/pick/picked-snapshot.js'
import { writeDocument } from '../../documents/write-document.js'
import type { JobContext } from '../job-context.js'
import { SpoolFile } from '../spool-file.js'

export interface WritePicked {
  readonly open: () => Promise<DocumentReading>
  readonly picked: PickedRecords
  /** A new file. */
  readonly path: string
  readonly context: JobContext
}

/** Writes what was picked as a partial document, which a merge restores as it does any. */
export async function writePicked({ open, picked, path, context }: WritePicked): Promise<void> {
  const reading = await open()
  try {
    const snapshot = pickedSnapshot({ reading, ...picked })
    const { excluded_rows: _, ...header } = reading.header
    const { schema_by: _by, ...database } = header.database
    const selection = snapshot.models.map(({ model }) => model)
    const sink = await SpoolFile.create(path)
    try {
      const { signal } = context
      await writeDocument({ header: { ...header, database, selection }, snapshot, sink, signal })
    } finally {
      await sink.close()
    }
  } finally {
    await reading.close()
  }
}

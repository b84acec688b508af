import { openDocument } from '../../documents/open-document.js'
import { openSession, type ServerPlace } from '../../engines/postgresql/connection/open-session.js'
import { listTables } from '../../engines/postgresql/schema/list-tables.js'
import { readTables } from '../../engines/postgresql/schema/read-tables.js'
import type { ConvertedDocument } from '../convert/convert-for-sqlite.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput } from '../job-types.js'
import type { Source } from '../prepare/open-source.js'
import { restoreMode } from '../restore/restore-mode.js'
import { serverPlaceOf } from './server-place.js'

export interface ServerDocumentWish {
  readonly input: RestoreInput
  readonly workFolder: string
  readonly context: JobContext
}

/** The document of a backup as one of PostgreSQL: as it is, or made anew of what SQLite held. */
export async function serverDocument(
  source: Source,
  { input, workFolder, context }: ServerDocumentWish,
): Promise<ConvertedDocument> {
  const isPartial = await ofOtherEngine(source, workFolder, context)
  if (isPartial === null) return { file: source.path, warnings: [] }
  const { convertForServer } = await import('../convert/convert-for-server.js')
  const mode = restoreMode(input, isPartial)
  const { target, at } = input
  const types = mode === 'replace' ? null : await typesOf(serverPlaceOf(target), context)
  return await convertForServer({
    file: source.path,
    workFolder,
    modelNames: new Map(target.modelNames),
    ...(types && { wanted: (table, column) => types.get(table)?.get(column) }),
    at,
    context,
  })
}

/** Null for a document of PostgreSQL; else whether it holds chosen models only. */
async function ofOtherEngine(
  { kind, path }: Source,
  workFolder: string,
  { signal }: JobContext,
): Promise<boolean | null> {
  if (kind !== 'document') return false
  const reading = await openDocument(path, { workFolder, signal })
  await reading.close()
  const { database, selection } = reading.header
  return database.engine === 'postgresql' ? null : selection !== undefined
}

/** Types of the columns that a target has, by table and column. */
async function typesOf(
  place: ServerPlace,
  { signal }: JobContext,
): Promise<Map<string, Map<string, string>>> {
  const session = await openSession(place, { signal })
  try {
    const tables = await readTables(session, await listTables(session))
    return new Map(
      tables.map(({ name, columns }) => [
        name,
        new Map(columns.map((one) => [one.name, one.type])),
      ]),
    )
  } finally {
    await session.close()
  }
}

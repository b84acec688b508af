import type { DocumentHeader } from '../../core/document.js'
import { inPhase } from '../../core/progress.js'
import type { SchemaObject } from '../../core/schema.js'
import { digestContent } from '../../documents/digest-content.js'
import type { Digests } from '../../documents/digests/digests.js'
import type { Sink } from '../../documents/document-output.js'
import { writeDocument } from '../../documents/write-document.js'
import { openSnapshot } from '../../engines/sqlite/snapshot/open-snapshot.js'
import type { SqliteSnapshot } from '../../engines/sqlite/snapshot/sqlite-snapshot.js'
import type { JobContext } from '../job-context.js'
import type { StatedContent } from './require-same-content.js'

/** A database that was built from a document. */
export interface BuiltDatabase {
  readonly path: string
  /** Of that document: its models keep their names. */
  readonly schema: readonly SchemaObject[]
  readonly workFolder: string
  readonly context: JobContext
}

export interface FoundContent extends StatedContent {
  readonly engineVersion: string
}

/** Reads a database that was built from a document once more, for its digests. */
export async function contentOfDatabase(
  built: BuiltDatabase & { readonly digests: Digests },
): Promise<FoundContent> {
  return await readAgain(built, async (snapshot, context) => {
    const found = await digestContent({ snapshot, digests: built.digests, ...context })
    return { ...found, engineVersion: snapshot.facts.engine_version }
  })
}

/** Exports a database that was built from a document once more, under the document's own header. */
export async function exportAgain(
  built: BuiltDatabase & { readonly header: DocumentHeader; readonly sink: Sink },
): Promise<void> {
  const { header, sink } = built
  await readAgain(built, async (snapshot, context) => {
    await writeDocument({ header, snapshot, sink, ...context })
  })
}

async function readAgain<T>(
  { path, schema, workFolder, context }: BuiltDatabase,
  read: (snapshot: SqliteSnapshot, context: JobContext) => Promise<T>,
): Promise<T> {
  const { signal } = context
  const modelNames = tableToModel(schema)
  const snapshot = await openSnapshot(path, { signal, workFolder, pageCopy: false, modelNames })
  const onProgress = inPhase('verifying', context.onProgress)
  try {
    return await read(snapshot, { signal, onProgress })
  } finally {
    await snapshot.close()
  }
}

export function tableToModel(schema: readonly SchemaObject[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const object of schema)
    if (object.type === 'table' && object.model !== undefined) names.set(object.name, object.model)
  return names
}

import { stat } from 'node:fs/promises'
import { withWorkFolder } from '../core/files/work-folder.js'
import type { SchemaObject } from '../core/schema.js'
import { openDocument } from '../documents/open-document.js'
import { describeDatabase } from '../engines/sqlite/schema/describe-database.js'
import type { JobContext } from './job-context.js'
import type { InspectResult, JobTypes } from './job-types.js'
import { modelCounts, totalRecords } from './model-counts.js'
import { openSource, type Source } from './prepare/open-source.js'

/** What is inside a backup file. A document is read to its end: its digests have agreed. */
export async function inspectFile(
  { file, workFolder }: JobTypes['inspect']['input'],
  context: JobContext,
): Promise<InspectResult> {
  return await withWorkFolder(workFolder, async (folder) => {
    const source = await openSource(file, folder, context)
    const { size: bytes } = await stat(file)
    const found =
      source.kind === 'sqlite'
        ? inspectNative(source)
        : await inspectDocument(source, folder, context)
    return { ...found, bytes, compressed: source.compressed }
  })
}

/** What pg_dump calls an object, in lower case, is what it is here. */
function typeOf(object: SchemaObject): string {
  if (object.type !== 'object') return object.type
  return object.kind === 'MATERIALIZED VIEW'
    ? 'view'
    : object.kind === 'TABLE'
      ? ''
      : object.kind.toLowerCase()
}

type Found = Omit<InspectResult, 'bytes' | 'compressed'>

function inspectNative({ path }: Source): Found {
  const { schema: _, ...found } = describeDatabase(path)
  return {
    format: 'sqlite',
    header: null,
    contentSha256: null,
    ...found,
    records: totalRecords(found.models),
  }
}

async function inspectDocument(
  { path }: Source,
  workFolder: string,
  context: JobContext,
): Promise<Found> {
  const reading = await openDocument(path, { workFolder, ...context })
  try {
    const end = await reading.end()
    const count = (type: SchemaObject['type']): number =>
      reading.schema.filter((object) => typeOf(object) === type).length
    return {
      format: 'json',
      header: reading.header,
      contentSha256: end.contentSha256,
      tables: count('table'),
      indexes: count('index'),
      views: count('view'),
      triggers: count('trigger'),
      records: end.summary.records,
      models: modelCounts(end),
    }
  } finally {
    await reading.close()
  }
}

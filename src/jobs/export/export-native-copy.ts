import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { OctavoError } from '../../core/errors.js'
import { copyPages, type PageVerdict } from '../../engines/sqlite/pages/copy-pages.js'
import { describeDatabase } from '../../engines/sqlite/schema/describe-database.js'
import { copyAndProve } from './copy-and-prove.js'
import { identityOf } from './identity-of.js'
import type { ExportStep } from './export-step.js'
import type { ExportResult } from '../job-types.js'
import { totalRecords, violationWarnings } from '../model-counts.js'

/** A page copy of the whole database at one instant, checked by SQLite. */
export async function exportNativeCopy(step: ExportStep): Promise<ExportResult> {
  const { input, path, context } = step
  requireWhole(step)
  const { busyTimeoutMs } = input
  const verdict = input.verify
    ? await copyAndProve(step)
    : await copyPages({ from: path, to: input.file, busyTimeoutMs, ...context })
  const { models, schema } = describeDatabase(input.file, {
    modelNames: new Map(input.database.modelNames),
  })
  const { size } = await stat(input.file)
  return {
    file: input.file,
    format: 'sqlite',
    bytes: size,
    fileSha256: await digestFile(input.file),
    contentSha256: null,
    identity: identityOf(input.database, schema),
    records: totalRecords(models),
    models,
    verified: input.verify ? 'snapshot' : null,
    excludedRows: [],
    warnings: [...violationWarnings(models), ...faultWarnings(verdict)],
  }
}

function requireWhole({ input }: ExportStep): void {
  if (!input.models && input.database.excludeRows.length === 0) return
  const what = input.models ? 'chosen models only' : 'no rows of the models in EXCLUDE_ROWS'
  throw new OctavoError('usage', `a native copy holds every page; it can not hold ${what}`, {
    hint: 'Use --format json for that.',
  })
}

function faultWarnings({ complaints, brokenPromises }: PageVerdict): string[] {
  return [
    ...complaints.map((line) => `SQLite finds a fault in the database itself: ${line}`),
    ...brokenPromises.map((line) => `rows break a promise of their table, and stay so: ${line}`),
  ]
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    // A read stream without an encoding gives buffers.
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}

import type { DocumentReading, DocumentSummary } from '../../core/document.js'
import type { RecordChunk, Snapshot, SnapshotModel } from '../../core/engine.js'
import { OctavoError } from '../../core/errors.js'
import { quote } from '../canonical-json.js'
import type { Pseudonym } from './pseudonym.js'
import { rewriteLine, type Rewriting } from './rewrite-line.js'
import type { RewritePlan } from './rewrite-plan.js'

export interface RewrittenSnapshot {
  readonly reading: DocumentReading
  /** Of the same document, read to its end before. */
  readonly summary: DocumentSummary
  readonly plan: RewritePlan
  readonly pseudonym: Pseudonym
}

/** In them SQLite keeps samples of indexed values, as they are: the planner does without. */
const samples = /^sqlite_stat[34]$/i

/** A document as a snapshot to write another one of, with the planned columns rewritten. */
export function rewrittenSnapshot({
  reading,
  summary,
  plan,
  pseudonym,
}: RewrittenSnapshot): Snapshot {
  const { header, schema, sequences } = reading
  const tables = new Map(
    schema.flatMap((one) => (one.type === 'table' && one.model ? [[one.model, one.name]] : [])),
  )
  const excluded = new Set(header.excluded_rows)
  const models: SnapshotModel[] = [...summary.models.keys()].map((model) => ({
    model,
    table: tables.get(model) ?? model,
    rowsExcluded: excluded.has(model),
  }))
  const given = reading.models()[Symbol.asyncIterator]()
  return {
    facts: header.database,
    schema,
    sequences,
    models,
    async *records(model) {
      const { value, done } = await given.next()
      if (done === true || value.model !== model)
        throw new OctavoError('internal', `the document gave no records of ${quote(model)}`)
      if (samples.test(tables.get(model) ?? '')) return
      const planned = plan.get(model)
      for await (const chunk of value.chunks)
        yield planned ? rewriteChunk(chunk, { model, planned, pseudonym }) : chunk
    },
    violations: (model) => summary.models.get(model)?.foreign_key_violations ?? 0,
    close: () => reading.close(),
  }
}

/** No line holds a line break: strings escape it. */
function rewriteChunk({ bytes, records }: RecordChunk, rewriting: Rewriting): RecordChunk {
  const lines = bytes.toString('utf8').split(',\n')
  const rewritten = lines.map((line) => rewriteLine(line, rewriting))
  return { bytes: Buffer.from(rewritten.join(',\n')), records }
}

import type { DocumentEnd } from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import { quote } from './canonical-json.js'
import type { Closing } from './document-closing.js'
import { documentContentDigest } from './document-content.js'
import type { DocumentHead } from './document-head.js'
import type { SeenModel } from './model-lines.js'

export interface ReadDocument {
  readonly head: DocumentHead
  readonly closing: Closing
  readonly seen: ReadonlyMap<string, SeenModel>
  /** The digest of the file as it was read; null where the layout was another. */
  readonly sha256: string | null
}

/**
 * Judges a document that was read to its end: every count and digest must be the one it states. In
 * another layout the digest of the file does not apply, and models whose lines have another digest
 * are reported, not refused: the content digest is taken over the stated ones.
 */
export function checkEnd({ head, closing, seen, sha256 }: ReadDocument): DocumentEnd {
  checkModels(head, closing, seen)
  const differing = [...seen].filter(
    ([model, { sha256 }]) => closing.summary.models.get(model)?.sha256 !== sha256,
  )
  const unproved = differing.map(([model]) => model)
  if (sha256 !== null && unproved.length > 0)
    throw altered(`the records of ${unproved.map(quote).join(', ')}`, { models: unproved })
  const contentSha256 = documentContentDigest({
    facts: head.header.database,
    schema: head.schema,
    sequences: head.sequences,
    models: closing.summary.models,
  })
  if (contentSha256 !== closing.contentSha256)
    throw altered('the schema, the sequences or the digests of the content')
  if (sha256 !== null && sha256 !== closing.sha256) throw altered('the header or the closing lines')
  return { summary: closing.summary, contentSha256, unproved, sha256 }
}

function checkModels(
  { schema }: DocumentHead,
  { summary }: Closing,
  seen: ReadonlyMap<string, SeenModel>,
): void {
  let total = 0
  for (const [model, { records }] of seen) {
    const stated = summary.models.get(model)?.records
    if (stated !== records)
      throw altered(
        `${quote(model)} has ${records} records, and the summary says ${stated ?? 'nothing'}`,
      )
    total += records
  }
  const names = [...summary.models.keys()]
  for (const object of schema)
    if (object.type === 'table' && object.model !== undefined) names.push(object.model)
  const missing = names.find((name) => !seen.has(name))
  if (missing !== undefined) throw altered(`the records of ${quote(missing)} are missing`)
  if (total !== summary.records)
    throw altered(`it has ${total} records, and the summary says ${summary.records}`)
}

function altered(what: string, details: Readonly<Record<string, unknown>> = {}): OctavoError {
  return new OctavoError('document-altered', `the document was altered: ${what}`, { details })
}

import { foldCase } from '../core/fold-case.js'
import type { DocumentEnd, DocumentHeader } from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import type { SchemaObject } from '../core/schema.js'
import type { ReadOptions } from './byte-source.js'
import { headOf } from './document-head.js'
import { openCanonical } from './open-document.js'
import { surveyDocument } from './rewrite-document.js'

export interface ProveDocument extends ReadOptions {
  /** Models that must be there and not be empty; names compare without case. */
  readonly expect?: readonly string[]
}

export interface ProvedDocument {
  readonly header: DocumentHeader
  readonly schema: readonly SchemaObject[]
  readonly end: DocumentEnd
}

/**
 * Reads a document to its end without any database, and throws unless every byte is as it was
 * written. Another layout is refused: without a database its values can't be proved.
 */
export async function proveDocument(
  path: string,
  { expect = [], ...options }: ProveDocument = {},
): Promise<ProvedDocument> {
  const reading = await openCanonical(path, options)
  if (!reading) throw await whyNotOurs(path, options)
  try {
    const end = await reading.end()
    requireModels(end, expect)
    return { header: reading.header, schema: reading.schema, end }
  } finally {
    await reading.close()
  }
}

/** Reads on to name what the file is: an error of its own, or a document that was laid out anew. */
async function whyNotOurs(path: string, options: ReadOptions): Promise<OctavoError> {
  headOf(await surveyDocument(path, options))
  return new OctavoError('document-altered', 'the document was laid out anew by another program', {
    hint: 'Fetch the document again as it is, or prove this one with `octavo verify`.',
  })
}

/** Throws unless each of the models is there and has records. */
function requireModels({ summary }: DocumentEnd, expect: readonly string[]): void {
  const records = new Map<string, number>()
  for (const [model, { records: count }] of summary.models) records.set(foldCase(model), count)
  const missing = expect.filter((model) => !records.get(foldCase(model)))
  if (missing.length === 0) return
  const list = missing.join(', ')
  throw new OctavoError('verify-failed', `the document has no records of ${list}`, {
    details: { missing },
  })
}

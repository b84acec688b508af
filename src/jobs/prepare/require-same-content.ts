import type { DocumentEnd } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { compareNames } from '../../core/restore-order.js'

/** What two documents are compared by. */
export type StatedContent = Pick<DocumentEnd, 'summary' | 'contentSha256'>

/** Throws `verify-failed`, naming the models that differ, unless both have the same content. */
export function requireSameContent(document: StatedContent, database: StatedContent): void {
  if (document.contentSha256 !== database.contentSha256) throw differentContent(document, database)
}

export function differentContent(document: StatedContent, database: StatedContent): OctavoError {
  const differing = differingModels(document, database)
  const where = differing.length > 0 ? differing.join(', ') : 'the schema or the sequences'
  return new OctavoError(
    'verify-failed',
    `the restored database differs from the document in ${where}`,
    { details: { differing } },
  )
}

/** Names of the models whose records or digests differ, in byte order. */
function differingModels(a: StatedContent, b: StatedContent): string[] {
  const names = new Set([...a.summary.models.keys(), ...b.summary.models.keys()])
  return [...names].sort(compareNames).filter((name) => {
    const left = a.summary.models.get(name)
    const right = b.summary.models.get(name)
    return left?.sha256 !== right?.sha256 || left?.records !== right?.records
  })
}

import type { DocumentReading } from '../../core/document.js'
import type { Violations } from '../../core/engine.js'
import { OctavoError } from '../../core/errors.js'
import type { StatedContent } from '../prepare/require-same-content.js'

/**
 * Throws `restore-refused` where more rows break a foreign key than did at the backup. Rows that refer to
 * a model whose rows were left out on purpose can't be told from those.
 */
export function requireKnownViolations(
  { header, schema }: DocumentReading,
  document: StatedContent,
  built: StatedContent,
): void {
  const tables = schema.filter((object) => object.type === 'table')
  const excluded = new Set(header.excluded_rows)
  const emptied = new Set(
    tables.flatMap(({ name, model = name }) => (excluded.has(model) ? [name] : [])),
  )
  for (const { name, model = name, references } of tables) {
    if (references.some(({ table }) => emptied.has(table))) continue
    const before = countOf(document.summary.models.get(model)?.foreign_key_violations)
    const now = countOf(built.summary.models.get(model)?.foreign_key_violations)
    if (now <= before) continue
    throw new OctavoError(
      'restore-refused',
      `${now} foreign keys of ${model} would lead nowhere, and ${before} did at the backup`,
      { hint: 'Nothing was changed. Take an older backup, and report this one.' },
    )
  }
}

/** What could not be counted at the backup may be any number. */
function countOf(violations: Violations | undefined): number {
  return typeof violations === 'number' ? violations : Infinity
}

import { OctavoError } from '../../core/errors.js'
import type { SchemaObject } from '../../core/schema.js'

/** An index of full text holds the words of other columns, and would carry them on as they are. */
export function requireNoFullText(schema: readonly SchemaObject[], kept: readonly string[]): void {
  const found = schema.find(
    (object) =>
      object.type === 'table' &&
      object.kind === 'virtual' &&
      !kept.includes(object.name) &&
      (typeof object.sql !== 'string' || /using\s+["'`[]?fts\d/i.test(object.sql)),
  )
  if (!found) return
  throw new OctavoError(
    'config-invalid',
    `the full-text table ${found.name} may hold the words of columns that are to be rewritten`,
    {
      hint: `Where it holds none of them, write "keepFullText": ["${found.name}"] into "sync" of octavo.config.json.`,
    },
  )
}

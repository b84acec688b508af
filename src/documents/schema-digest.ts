import { createHash } from 'node:crypto'
import type { SchemaObject } from '../core/schema.js'
import { isStatistics, schemaLine } from './document-lines.js'

/** Over the schema lines of a document, each ended by a line break, less the planner's statistics. */
export function schemaDigest(schema: readonly SchemaObject[]): string {
  const hash = createHash('sha256')
  for (const object of schema)
    if (!isStatistics(object)) hash.update(schemaLine(object)).update('\n')
  return hash.digest('hex')
}

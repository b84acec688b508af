import type { ModelSummary } from '../core/document.js'
import type { DatabaseFacts, SchemaObject } from '../core/schema.js'
import { contentDigest } from './content-digest.js'
import { isStatistics, schemaLine } from './document-lines.js'

export interface DocumentContent {
  readonly facts: DatabaseFacts
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
  readonly models: ReadonlyMap<string, ModelSummary>
}

/** `content_sha256` of a document: what it holds, less the planner's statistics. */
export function documentContentDigest(content: DocumentContent): string {
  const { facts, schema, sequences } = content
  const models = new Map(content.models)
  for (const object of schema)
    if (isStatistics(object) && object.model !== undefined) models.delete(object.model)
  const schemaLines = schema.filter((object) => !isStatistics(object)).map(schemaLine)
  return contentDigest({ facts, schemaLines, sequences, models })
}

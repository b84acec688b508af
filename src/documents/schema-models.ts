import { OctavoError } from '../core/errors.js'
import type { SchemaObject } from '../core/schema.js'

/** The models that a schema has tables for; throws where two tables have the same. */
export function schemaModels(schema: readonly SchemaObject[]): Set<string> {
  const models = new Set<string>()
  for (const object of schema) {
    if (object.type !== 'table' || object.model === undefined) continue
    if (models.has(object.model))
      throw new OctavoError(
        'document-invalid',
        `two tables have the model name ${JSON.stringify(object.model)}`,
      )
    models.add(object.model)
  }
  return models
}

/** Throws where records stand under a model that no table has. */
export function requireModel(model: string, known: ReadonlySet<string>): void {
  if (known.has(model)) return
  const message = `the model ${JSON.stringify(model)} has no table in the schema`
  throw new OctavoError('document-invalid', message)
}

import type { BuildPlan } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import { rehearseSchema } from '../build/rehearse-schema.js'

/**
 * Throws `cannot-carry`, naming the object, where a restore of the document could not make the schema
 * again: a backup that no one can restore must not look like one.
 */
export function rehearseRestore(plan: BuildPlan): void {
  try {
    rehearseSchema(plan)
  } catch (error) {
    if (!(error instanceof OctavoError) || error.code !== 'document-invalid') throw error
    throw new OctavoError('cannot-carry', error.message, { cause: error, details: error.details })
  }
}

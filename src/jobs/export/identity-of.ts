import { fingerprintOf } from '../../core/database-place.js'
import type { DatabaseIdentity } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import type { SchemaObject } from '../../core/schema.js'
import { schemaDigest } from '../../documents/schema-digest.js'
import type { ChosenDatabase } from '../job-types.js'

/** Which database an export comes from. */
export function identityOf(
  { address }: Pick<ChosenDatabase, 'address'>,
  schema: readonly SchemaObject[],
): DatabaseIdentity {
  return { fingerprint: fingerprintOf(address), schema_sha256: digestOrNull(schema) }
}

/** A native copy may hold names that no document can. */
function digestOrNull(schema: readonly SchemaObject[]): string | null {
  try {
    return schemaDigest(schema)
  } catch (error) {
    if (error instanceof OctavoError && error.code === 'cannot-carry') return null
    throw error
  }
}

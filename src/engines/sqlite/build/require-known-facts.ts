import { OctavoError } from '../../../core/errors.js'
import {
  sqliteAutoVacuums,
  sqliteEncodings,
  sqlitePageSizes,
  type DatabaseFacts,
} from '../../../core/schema.js'

/** Refuses facts that no SQLite file can have: they are written into pragmas. */
export function requireKnownFacts(facts: DatabaseFacts): void {
  const { encoding, page_size = 4096, auto_vacuum = 0 } = facts
  const numbers = [facts.user_version ?? 0, facts.application_id ?? 0]
  const areKnown =
    sqliteEncodings.some((known) => known === encoding) &&
    sqlitePageSizes.some((known) => known === page_size) &&
    sqliteAutoVacuums.some((known) => known === auto_vacuum) &&
    numbers.every((number) => number === (number | 0))
  if (areKnown) return
  throw new OctavoError(
    'document-invalid',
    `no SQLite file has these facts: ${JSON.stringify({ encoding, page_size, auto_vacuum, numbers })}`,
  )
}

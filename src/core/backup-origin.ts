import { fingerprintOf } from './database-place.js'
import type { DatabaseAddress } from './database-address.js'
import type { DocumentHeader } from './document.js'
import { isProd } from './labels.js'

export interface OriginTarget {
  readonly name: string
  readonly label: string
  readonly address: DatabaseAddress
}

/**
 * What a person should know before a backup goes into a database: that it is of another one, or of one
 * that is not production. Null for a file that does not say where it comes from.
 */
export function originNotes(header: DocumentHeader | null, target: OriginTarget): string[] {
  const { name, label } = target
  if (header === null)
    return isProd(label)
      ? [`${name} is production, and the file does not say which database it comes from`]
      : []
  const { database } = header
  const notes: string[] = []
  if (isProd(label) && !isProd(database.label))
    notes.push(
      database.label === ''
        ? `${name} is production, and the backup does not say that it is of production`
        : `${name} is production, and the backup is labelled ${database.label}`,
    )
  if (database.identity && database.identity.fingerprint !== fingerprintOf(target.address))
    notes.push(
      `the backup is of another database than ${name}, or ${name} has moved since: the backup's is named ${database.name}`,
    )
  return notes
}

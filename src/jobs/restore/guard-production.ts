import { originNotes } from '../../core/backup-origin.js'
import type { DocumentHeader } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { isProd } from '../../core/labels.js'
import type { ChosenDatabase } from '../job-types.js'

/** Throws where the values of a document were rewritten for development and the target is production. */
export function requireRealValues(header: DocumentHeader | null, target: ChosenDatabase): void {
  if (header?.rewritten === undefined || !isProd(target.label)) return
  throw new OctavoError(
    'restore-refused',
    `the values of the document were rewritten for development, and ${target.name} is production`,
    { hint: 'Nothing was changed. Take a backup of production itself: `octavo list`.' },
  )
}

/** What whoever restored into production should read, also where nobody was asked. */
export function originWarnings(header: DocumentHeader | null, target: ChosenDatabase): string[] {
  return isProd(target.label) ? originNotes(header, target) : []
}

import { OctavoError } from '../../../core/errors.js'

/** Before data is changed: throws unless the name of the database was typed. */
export function requireTypedName(typed: string, into: string): void {
  if (typed.trim() === into) return
  throw new OctavoError('confirmation-needed', `${into} was not changed: another name was typed`, {
    hint: `Go back, and type ${into}.`,
  })
}

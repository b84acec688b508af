import { z } from 'zod'
import { OctavoError } from '../core/errors.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import { holdsPath } from './scrubber.js'

/**
 * A name of a model or a store, which an answer may repeat. A path is refused whether or not there is one:
 * answers say something else for the paths of this machine, so who guesses would learn them.
 */
export const sentName = z.string().refine((text) => !holdsPath(text), 'a name, not a path')

/** Several, in an address. */
export const sentList = sentName.regex(/^[^,]+(,[^,]+)*$/, 'names with a comma between them')

/** Says again only what is no path: `sentName` tells why. */
export function unknownDatabase(
  sent: string | undefined,
  databases: readonly ChosenDatabase[],
): OctavoError {
  const isName = sent !== undefined && !holdsPath(sent)
  const what = isName
    ? `no database "${sent}" is configured`
    : 'no database of this name is configured'
  const names = databases.map(({ name }) => `"${name}"`).join(', ')
  return new OctavoError('not-found', what, { hint: `Configured: ${names}.` })
}

import { OctavoError } from '../core/errors.js'
import { isProd } from '../core/labels.js'
import type { RestorePlan } from './actions.js'
import { askPerson } from './ask-person.js'
import type { CommandContext } from './command-context.js'

export interface Confirmation {
  readonly yes: boolean
  readonly confirm: string | undefined
}

/**
 * Returns where the restore may go on: nothing would be lost, or it was said in so many words; of a
 * database labelled prod that is its name, also where it is empty, otherwise YES. Results in the name
 * where it was given, else null.
 */
export async function confirmRestore(
  { target, found, fault }: RestorePlan,
  given: Confirmation,
  context: CommandContext,
): Promise<string | null> {
  const { name, label } = target
  const prod = isProd(label)
  if (given.confirm !== undefined && given.confirm !== name)
    throw refuse(`--confirm says "${given.confirm}", and the database is named "${name}"`)
  if (given.confirm === name) return name
  const nothingThere = fault === null && (!found.exists || found.tables === 0)
  if (!prod && (nothingThere || given.yes)) return null
  if (!context.terminal.tty.in || !context.terminal.tty.err)
    throw refuse(
      `${target.address.shown} is ${prod ? 'production' : 'not empty'}, and nobody is there to ask`,
      prod ? `Give --confirm ${name}: the database is labelled ${label}.` : 'Give --yes.',
    )
  const word = prod ? name : 'YES'
  const question = prod
    ? `This is production. Type its name, ${name}, to go on: `
    : 'Type YES to go on: '
  const answer = await askPerson(question, context)
  if (answer.trim() !== word) throw refuse(`the answer was not ${word}`)
  return prod ? name : null
}

function refuse(why: string, hint = 'Nothing was changed. Run it again and answer.'): OctavoError {
  return new OctavoError('confirmation-needed', `nothing was restored: ${why}`, { hint })
}

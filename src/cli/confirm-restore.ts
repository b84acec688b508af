import { OctavoError } from '../core/errors.js'
import { isProd } from '../core/labels.js'
import type { RestorePlan } from './actions.js'
import { askPerson } from './ask-person.js'
import type { CommandContext } from './command-context.js'

export interface Confirmation {
  readonly yes: boolean
  readonly confirm: string | undefined
  /** Also where the label is not known: the database may be production. */
  readonly unlessLabelled?: true
}

/**
 * Returns where the restore may go on: nothing would be lost, or it was said in so many words; of a
 * database labelled prod that is its name, also where it is empty, otherwise YES. Results in the name
 * where it was given or nothing is there, else null.
 */
export async function confirmRestore(
  { target, found, fault }: RestorePlan,
  given: Confirmation,
  context: CommandContext,
): Promise<string | null> {
  const { name, label } = target
  const prod = isProd(label)
  const byName = prod || (given.unlessLabelled === true && label === '')
  if (given.confirm !== undefined && given.confirm !== name)
    throw refuse(`--confirm says "${given.confirm}", and the database is named "${name}"`)
  if (given.confirm === name) return name
  const nothingThere = fault === null && (!found.exists || found.tables === 0)
  if (nothingThere && !prod) return name
  if (given.yes && !byName) return null
  if (!context.terminal.tty.in || !context.terminal.tty.err)
    throw refuse(
      `${target.address.shown} is ${prod ? 'production' : 'not empty'}, and nobody is there to ask`,
      byName
        ? `Give --confirm ${name}: ${prod ? `the database is labelled ${label}` : 'its label is not known'}.`
        : 'Give --yes.',
    )
  const word = byName ? name : 'YES'
  const what = prod ? 'This is production' : 'Nothing says what this database is'
  const question = byName ? `${what}. Type its name, ${name}, to go on: ` : 'Type YES to go on: '
  const answer = await askPerson(question, context)
  if (answer.trim() !== word) throw refuse(`the answer was not ${word}`)
  return byName ? name : null
}

function refuse(why: string, hint = 'Nothing was changed. Run it again and answer.'): OctavoError {
  return new OctavoError('confirmation-needed', `nothing was restored: ${why}`, { hint })
}

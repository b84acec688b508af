import { OctavoError } from '../core/errors.js'
import type { RestorePlan } from './actions.js'
import { askPerson } from './ask-person.js'
import type { CommandContext } from './command-context.js'

export interface Confirmation {
  readonly yes: boolean
  readonly confirm: string | undefined
}

/**
 * Returns where the restore may go on: nothing would be lost, or it was said in so many words. Over a
 * database labelled prod that is its name; otherwise YES.
 */
export async function confirmRestore(
  { target, found, fault }: RestorePlan,
  given: Confirmation,
  context: CommandContext,
): Promise<void> {
  const { name, label } = target
  const isProd = label.toLowerCase() === 'prod'
  if (given.confirm !== undefined && given.confirm !== name)
    throw refuse(`--confirm says "${given.confirm}", and the database is named "${name}"`)
  if (fault === null && (!found.exists || found.tables === 0)) return
  if (given.confirm === name || (given.yes && !isProd)) return
  if (!context.terminal.tty.in || !context.terminal.tty.err)
    throw refuse(
      `${target.address.shown} is not empty, and nobody is there to ask`,
      isProd ? `Give --confirm ${name}: the database is labelled prod.` : 'Give --yes.',
    )
  const word = isProd ? name : 'YES'
  const question = isProd
    ? `This is production. Type its name, ${name}, to go on: `
    : 'Type YES to go on: '
  const answer = await askPerson(question, context)
  if (answer.trim() !== word) throw refuse(`the answer was not ${word}`)
}

function refuse(why: string, hint = 'Nothing was changed. Run it again and answer.'): OctavoError {
  return new OctavoError('confirmation-needed', `nothing was restored: ${why}`, { hint })
}

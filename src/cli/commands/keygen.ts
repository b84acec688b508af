import type { Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'

interface Options {
  readonly output?: string
}

const details = `
Without -o the identity goes to the standard output, as age-keygen does it. What -o names must not be
there yet: an identity is never overwritten.`

export function addKeygen(program: Command, context: CommandContext): Command {
  return program
    .command('keygen')
    .description('make a key pair of age: what encrypts backups, and what decrypts them')
    .option('-o, --output <FILE>', 'write the identity to this new file; - is the standard output')
    .addHelpText('after', details)
    .action(async (options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const path = options.output === '-' ? null : (options.output ?? null)
      const pair = await during((listeners) => context.actions.keygen({ path }, listeners))
      const { recipient, file } = pair
      const setting = `AGE_RECIPIENTS=${recipient}`
      if (file !== null) output.result(setting, { recipient, file })
      else if (output.json) output.result('', { recipient, identity: pair.identity })
      else context.terminal.out.write(pair.text)
      output.say(file === null ? `\n${setting}\n\n${advice}` : `\n${advice}\n\n${kept(file)}`)
    })
}

const advice = `Set AGE_RECIPIENTS to this where backups are made: it encrypts them, and can not decrypt them.

Keep the identity away from that machine: in a password manager, and printed on paper in a safe
place. Whoever has it can read the backups. Without it nobody can, you neither: if it is lost, the
backups are lost.`

function kept(file: string): string {
  return `The identity is in ${plain(file)}: move it from here once it is kept elsewhere, twice.`
}

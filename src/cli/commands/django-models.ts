import type { Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'

const details = `
Copy it into an app of your project, and let it print the models file, which Octavo then finds:

  octavo django-models > APP/management/commands/octavo_models.py
  python manage.py octavo_models > octavo.models.json`

export function addDjangoModels(program: Command, context: CommandContext): Command {
  return program
    .command('django-models')
    .description('print a management command for Django that writes the models file')
    .addHelpText('after', details)
    .action(async (_options: object, command: Command) => {
      const { output, during } = running(context, command)
      const text = await during((listeners) => context.actions.djangoModels(null, listeners))
      if (output.json) output.result('', { command: text })
      else context.terminal.out.write(text)
    })
}

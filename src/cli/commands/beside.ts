import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'

const details = `
The app keeps PORT, its input, its outputs and its signals. The service listens on a unix socket, or on
the port in OCTAVO_PORT; without any of these settings on a socket of its own. The app finds the place
in its environment, as OCTAVO_SOCKET or OCTAVO_PORT. docs/beside-django.md has the view that uses it.

Whatever happens to the service, the app goes on: the fault is told once, and the service is started
again after a pause of 1 to 60 seconds. SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 and SIGWINCH
are passed to the app; what a terminal sends (Ctrl-C), it sends to the app itself. When the app ends, the
service ends in order.

Exit codes:
  N      the exit code of the app
  128+N  the app was ended by signal N
  2      wrong use: there is no command to start
  126    the command can not be started
  127    the command is not found
`

export function addBeside(program: Command, context: CommandContext): Command {
  return program
    .command('beside')
    .argument('<COMMAND...>', 'the command that starts the app, behind --')
    .description('start an app and serve exports beside it, with the exit code of the app')
    .usage('[options] -- COMMAND [ARGUMENTS...]')
    .option('--socket <PATH>', 'listen on this unix socket (also: OCTAVO_SOCKET)')
    .addHelpText('after', details)
    .action(async (words: string[], { socket }: { socket?: string }) => {
      const [first, ...more] = words
      if (first === undefined) throw new Error('commander let a call without a command pass')
      const request = { words: [first, ...more], socket } as const
      // Without a progress line: the terminal is the app's.
      const listeners = { signal: context.signal, onProgress: () => undefined }
      context.endWith(await context.actions.beside(request, listeners))
    })
}

import { Command } from 'commander'
import { version } from '../core/generator.js'
import type { CommandContext } from './command-context.js'
import { addArchive } from './commands/archive.js'
import { addAudit } from './commands/audit.js'
import { addBackup } from './commands/backup.js'
import { addBeside } from './commands/beside.js'
import { addCatalog } from './commands/catalog.js'
import { addCheck } from './commands/check.js'
import { addConvert } from './commands/convert.js'
import { addDiff } from './commands/diff.js'
import { addDjangoModels } from './commands/django-models.js'
import { addDoctor } from './commands/doctor.js'
import { addExport } from './commands/export.js'
import { addFetch } from './commands/fetch.js'
import { addInspect } from './commands/inspect.js'
import { addKey } from './commands/key.js'
import { addKeygen } from './commands/keygen.js'
import { addList } from './commands/list.js'
import { addManage } from './commands/manage.js'
import { addPin } from './commands/pin.js'
import { addPrune } from './commands/prune.js'
import { addRemove } from './commands/remove.js'
import { addRestore } from './commands/restore.js'
import { addRunSchedule } from './commands/run-schedule.js'
import { addServe } from './commands/serve.js'
import { addShow } from './commands/show.js'
import { addStore } from './commands/store.js'
import { addSync } from './commands/sync.js'
import { addUser } from './commands/user.js'
import { addVerify } from './commands/verify.js'
import { exitCodeHelp } from './exit-codes.js'

const description =
  'Backs up the databases of small web apps, and proves every backup by restoring it.'

const databaseHelp = `
A DATABASE is a path, file:PATH, sqlite:///RELATIVE, sqlite:////ABSOLUTE or a configured name;
where it can be left out, it is the one of DATABASE_URL.
`

/**
 * The command line. Nothing in it ends the process: faults of use are thrown as CommanderError, all
 * others as they come from the actions.
 */
export function buildProgram(context: CommandContext): Command {
  const { out, err, tty } = context.terminal
  const program = new Command('octavo')
    .description(description)
    .version(version)
    .option('--json', 'print one JSON object for machines')
    .option('--quiet', 'print nothing but errors')
    .option('--verbose', 'say what space a job needs, and what is free, also where nobody looks')
    .option('--no-color', 'print no colours (also: NO_COLOR=1)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
      getOutHasColors: () => tty.out && context.terminal.colour,
      getErrHasColors: () => tty.err && context.terminal.colour,
      // Thrown as well, and told once, like every other error.
      outputError: () => undefined,
    })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
  const commands = [
    addServe,
    addExport,
    addRestore,
    addSync,
    addVerify,
    addInspect,
    addDiff,
    addConvert,
    addDoctor,
    addDjangoModels,
    addArchive,
    addFetch,
    addKeygen,
    addBackup,
    addList,
    addShow,
    addCheck,
    addPrune,
    addPin,
    addRemove,
    addCatalog,
    addStore,
    addRunSchedule,
    addKey,
    addUser,
    addAudit,
    addManage,
  ]
  for (const add of commands)
    add(program, context).addHelpText('after', exitCodeHelp()).allowExcessArguments(false)
  addBeside(program, context)
  return program.addHelpText('after', databaseHelp + exitCodeHelp())
}

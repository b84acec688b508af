import { Option, type Command } from 'commander'
import type { CommandContext } from '../command-context.js'
import { exitCodeHelp } from '../exit-codes.js'
import { addBackupDatabase } from './manage/backup-database.js'
import { addBackupDb } from './manage/backup-db.js'
import { addCheckBackups } from './manage/check-backups.js'

const details = `
For scripts and habits from before (docs/from): the same names and arguments, done by octavo backup,
export and check.`

/** What manage.py itself takes before a command sees it: a script may have it, and it changes nothing. */
const ofManagePy = [
  '--settings <MODULE>',
  '--pythonpath <PATH>',
  '-v, --verbosity <LEVEL>',
  '--traceback',
  '--force-color',
  '--skip-checks',
]

export function addManage(program: Command, context: CommandContext): Command {
  const group = program
    .command('manage')
    .description('the commands of manage.py that people have in scripts')
    .addHelpText('after', details)
  for (const add of [addBackupDatabase, addBackupDb, addCheckBackups]) {
    const command = add(group, context).addHelpText('after', exitCodeHelp())
    for (const flags of ofManagePy) command.addOption(new Option(flags).hideHelp())
  }
  return group
}

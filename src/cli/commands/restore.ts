import { Option, type Command } from 'commander'
import { OctavoError } from '../../core/errors.js'
import type { NamedRecord } from '../../core/named-record.js'
import { requireNoOtherWish } from '../../jobs/pick/require-no-other-wish.js'
import type { RestoreMode } from '../../jobs/job-types.js'
import type { RestorePlan } from '../actions.js'
import { commaList } from '../comma-list.js'
import { running, type CommandContext, type Running } from '../command-context.js'
import { confirmRestore } from '../confirm-restore.js'
import { namedRecord } from '../named-record.js'
import { describePlan, describeRestore, describeUndo } from '../describe-restore.js'

interface Options {
  readonly into: string
  readonly mode?: RestoreMode
  readonly only?: readonly string[]
  readonly record?: readonly NamedRecord[]
  readonly dryRun?: true
  readonly yes?: true
  readonly confirm?: string
  readonly undo?: true
  readonly ignorenonexistent?: true
}

export function addRestore(program: Command, context: CommandContext): Command {
  return program
    .command('restore')
    .argument(
      '[FILE]',
      'a file of a backup: a JSON document, an SQLite file or a fixture of Django, plain, gzip or encrypted; or an id of `octavo list`, `latest`, or github:owner/repo[@date]',
    )
    .description('load a backup into a database')
    .requiredOption('--into <DATABASE>', 'the database to load it into')
    .addOption(
      new Option(
        '--mode <mode>',
        'replace schema and rows; or rows only, in the schema of the target; or add and overwrite',
      ).choices(['replace', 'data-only', 'merge']),
    )
    .option('--only <a,b>', 'restore these models only (data-only)', commaList)
    .option(
      '--record <MODEL:KEY>',
      'restore this record only, and what it refers to that is gone (again for more)',
      namedRecord,
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--ignorenonexistent', 'leave out what a fixture holds and the target does not have')
    .option('--yes', 'do not ask before a database with content is overwritten')
    .option('--confirm <NAME>', 'the name of the database, where it is labelled prod')
    .option('--undo', 'put back what the last restore replaced')
    .action(async (file: string | undefined, options: Options, command: Command) => {
      const run = running(context, command)
      if (options.undo) await undo(context, run, { file, options })
      else await restore(context, run, { file, options })
    })
}

interface Given {
  readonly file: string | undefined
  readonly options: Options
}

async function restore(
  context: CommandContext,
  run: Running,
  { file, options }: Given,
): Promise<void> {
  if (file === undefined)
    throw new OctavoError('usage', 'it is not said which backup to restore', {
      hint: 'octavo restore FILE --into DATABASE; --undo needs no FILE.',
    })
  const { into, mode = null, only = [], dryRun = false, ignorenonexistent = false } = options
  const { record: records = [] } = options
  if (records.length > 0) requireNoOtherWish({ mode, only })
  const { plan, confirmed } = await askFirst(context, run, { file, options })
  const ignored = ignorenonexistent && { ignoreUnknown: true }
  const picked = records.length > 0 && { records }
  const result = await run.during((listeners) =>
    context.actions.restore(
      { file, into, mode, only, dryRun, confirmed, ...ignored, ...picked },
      listeners,
    ),
  )
  run.output.warn(result.warnings)
  run.output.result(describeRestore(result, plan.target), result)
}

async function undo(context: CommandContext, run: Running, given: Given): Promise<void> {
  const { file, options } = given
  if (file !== undefined || options.mode || options.only || options.record || options.dryRun)
    throw new OctavoError('usage', '--undo takes no FILE, --mode, --only, --record or --dry-run', {
      hint: 'octavo restore --undo --into DATABASE',
    })
  const { confirmed } = await askFirst(context, run, given)
  const { into } = options
  const result = await run.during((listeners) =>
    context.actions.undo({ into, confirmed }, listeners),
  )
  run.output.result(describeUndo(result), result)
}

/** Shows what is about to happen, and asks where something would be lost. */
async function askFirst(
  context: CommandContext,
  { output, during }: Running,
  { file, options }: Given,
): Promise<{ readonly plan: RestorePlan; readonly confirmed: string | null }> {
  const { into, yes = false, confirm, dryRun = false } = options
  // Who says yes beforehand has looked: reading the whole backup once more would only take time.
  const shown = yes ? null : (file ?? null)
  const plan = await during((listeners) =>
    context.actions.planRestore({ file: shown, into }, listeners),
  )
  output.say(`${describePlan(plan)}\n`)
  const confirmed = dryRun ? null : await confirmRestore(plan, { yes, confirm }, context)
  return { plan, confirmed }
}

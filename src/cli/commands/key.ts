import { InvalidArgumentError, type Command } from 'commander'
import { scopes, type Scope } from '../../core/access.js'
import type { CreatedKey, KeyReport } from '../access-actions.js'
import { running, type CommandContext } from '../command-context.js'
import { commaList } from '../comma-list.js'
import { table } from '../table.js'
import { wholeNumber } from '../whole-number.js'

interface CreateOptions {
  readonly scopes: readonly Scope[]
  readonly days?: number
}

const details = `
Scopes:
  export    exports, and downloads of kept backups
  manage    make, verify, pin and remove backups
  restore   restore into a configured database, and undo it
  metrics   the numbers for Prometheus, and what the health check found

The key is printed this once and kept nowhere: only its digest is. The service knows it at once.`

export function addKey(program: Command, context: CommandContext): Command {
  const group = program.command('key').description('keys of the service, each with its scopes')
  group
    .command('create')
    .argument('<NAME>', 'what it is for, such as deploy')
    .description('make a key, and print it')
    .requiredOption('--scopes <LIST>', `with commas between them: ${scopes.join(', ')}`, scopeList)
    .option('--days <N>', 'how long it is valid; without it until it is revoked', atLeastOne)
    .addHelpText('after', details)
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const { output, during } = running(context, command)
      const request = { name, scopes: options.scopes, days: options.days ?? null }
      const made = await during((listeners) => context.actions.createKey(request, listeners))
      if (output.json) output.result('', made)
      else context.terminal.out.write(`${made.key}\n`)
      output.say(advice(made))
    })
  group
    .command('list')
    .description('list the keys: never what they are, but what they open')
    .action(async (_: object, command: Command) => {
      const { output, during } = running(context, command)
      const report = await during((listeners) => context.actions.listKeys(null, listeners))
      output.warn(report.warnings)
      output.result(showKeys(report), report)
    })
  group
    .command('revoke')
    .argument('<NAME>', 'a key')
    .description('make a key worth nothing, at once')
    .action(async (name: string, _: object, command: Command) => {
      const { output, during } = running(context, command)
      await during((listeners) => context.actions.revokeKey({ name }, listeners))
      output.result(`the key ${name} opens nothing any more`, { name, revoked: true })
    })
  return group
}

function scopeList(value: string): readonly Scope[] {
  const names = commaList(value)
  const known = scopes.filter((scope) => names.includes(scope))
  if (known.length === new Set(names).size) return known
  throw new InvalidArgumentError(`Give some of: ${scopes.join(', ')}.`)
}

function atLeastOne(value: string): number {
  const days = wholeNumber(value)
  if (days === 0) throw new InvalidArgumentError('Give 1 or more.')
  return days
}

function advice({ name, scopes: its, expiresAt }: CreatedKey): string {
  const until = expiresAt === null ? 'it is revoked' : day(expiresAt)
  return `
The key ${name} opens ${its.join(', ')} until ${until}. It is shown this once: keep it where secrets are
kept, and send it as \`Authorization: Bearer …\`. \`octavo key revoke ${name}\` ends it.`
}

function showKeys({ keys }: KeyReport): string {
  if (keys.length === 0) return 'no keys but BACKUP_API_KEY: `octavo key create` makes one'
  const rows = keys.map(({ name, scopes: its, createdAt, expiresAt, isExpired }) => {
    const until = expiresAt === null ? 'no end' : `${day(expiresAt)}${isExpired ? ' (over)' : ''}`
    return [name, its.join(', '), day(createdAt), until]
  })
  return table(['name', 'scopes', 'created', 'until'], rows)
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10)
}

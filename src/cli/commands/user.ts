import { InvalidArgumentError, Option, type Command } from 'commander'
import { roles, type Role } from '../../core/people.js'
import { askPassword } from '../ask-password.js'
import { running, type CommandContext } from '../command-context.js'
import { counted, table } from '../table.js'
import type { UserReport } from '../user-actions.js'

interface PasswordOptions {
  readonly passwordStdin?: true
}

const details = `
Roles, each of which may all that the one before it may:
  viewer    sees the databases, the history and each backup's page
  operator  exports, backs up, downloads, verifies, pins and compares
  admin     restores, removes, prunes; keys, users and the audit trail

Names are of letters, digits and . _ - @, and are compared without case. A change of the role or the
password ends the sessions of that account. It is known at once, without a restart.`

export function addUser(program: Command, context: CommandContext): Command {
  const group = program.command('user').description('accounts of the admin pages')
  const stdin = (): Option =>
    new Option('--password-stdin', 'the password is the one line of the standard input')
  group
    .command('create')
    .argument('<NAME>', 'such as ada, or ada@example.org')
    .description('make an account; the password is asked for')
    .requiredOption('--role <ROLE>', roles.join(', '), readRole)
    .addOption(stdin())
    .addHelpText('after', details)
    .action(async (name: string, options: PasswordOptions & { role: Role }, command: Command) => {
      const { output, during } = running(context, command)
      const password = await newPassword(name, options, context)
      const { role } = options
      const request = { name, role, password }
      const made = await during((listeners) => context.actions.createUser(request, listeners))
      output.result(`${made.name} may log in now, as ${role}`, made)
    })
  group
    .command('list')
    .description('list the accounts')
    .action(async (_: object, command: Command) => {
      const { output, during } = running(context, command)
      const report = await during((listeners) => context.actions.listUsers(null, listeners))
      output.warn(report.warnings)
      output.result(showUsers(report), report)
    })
  group
    .command('role')
    .argument('<NAME>', 'an account')
    .argument('<ROLE>', roles.join(', '), readRole)
    .description('change what an account may do')
    .action(async (name: string, role: Role, _: object, command: Command) => {
      const { output, during } = running(context, command)
      await during((listeners) => context.actions.setUserRole({ name, role }, listeners))
      output.result(`${name} is ${role} now, and has to log in again`, { name, role })
    })
  group
    .command('password')
    .argument('<NAME>', 'an account')
    .description('give an account another password; it is asked for')
    .addOption(stdin())
    .action(async (name: string, options: PasswordOptions, command: Command) => {
      const { output, during } = running(context, command)
      const password = await newPassword(name, options, context)
      await during((listeners) => context.actions.setUserPassword({ name, password }, listeners))
      output.result(`${name} has another password, and has to log in again`, { name })
    })
  group
    .command('remove')
    .argument('<NAME>', 'an account')
    .description('end an account, at once')
    .action(async (name: string, _: object, command: Command) => {
      const { output, during } = running(context, command)
      await during((listeners) => context.actions.removeUser({ name }, listeners))
      output.result(`${name} can not log in any more`, { name, removed: true })
    })
  group
    .command('logout')
    .argument('<NAME>', 'an account')
    .description('end the sessions of an account')
    .action(async (name: string, _: object, command: Command) => {
      const { output, during } = running(context, command)
      const ended = await during((listeners) => context.actions.logOutUser({ name }, listeners))
      output.result(`${name} has to log in again: ${counted(ended, 'session')} ended`, {
        name,
        ended,
      })
    })
  return group
}

function newPassword(
  name: string,
  { passwordStdin }: PasswordOptions,
  context: CommandContext,
): Promise<string> {
  return askPassword(name, { fromStdin: passwordStdin === true }, context)
}

function readRole(value: string): Role {
  const role = roles.find((one) => one === value)
  if (role !== undefined) return role
  throw new InvalidArgumentError(`Give one of: ${roles.join(', ')}.`)
}

function showUsers({ users }: UserReport): string {
  if (users.length === 0)
    return 'no accounts: `octavo user create NAME --role admin` makes one, and so does the link that the service prints'
  const rows = users.map(({ name, role, createdAt, passwordSetAt }) => {
    return [name, role, day(createdAt), day(passwordSetAt)]
  })
  return table(['name', 'role', 'created', 'password set'], rows)
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10)
}

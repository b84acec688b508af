import { readConfig, type Config } from '../config/read-config.js'
import type { Environment } from '../config/given-settings.js'
import type { Terminal } from '../cli/terminal.js'
import { standardOutput } from './standard-output.js'

/** What the process was given, as far as anything below may know of it. */
export interface ProcessContext {
  /** As it was given: nothing that we set for processes of our own is in it. */
  readonly environment: Environment
  /** The current folder. */
  readonly folder: string
  readonly terminal: Terminal
  /** The configuration, read when it is first asked for: --help works without a right one. */
  readonly config: () => Config
}

/** The only place that looks at the process's environment and streams. */
export function processContext(environment: Environment = process.env): ProcessContext {
  const { stdin, stdout, stderr } = process
  const folder = process.cwd()
  return {
    ...configuredBy(environment, folder),
    terminal: {
      in: stdin,
      out: standardOutput(),
      err: stderr,
      tty: { in: stdin.isTTY === true, out: stdout.isTTY === true, err: stderr.isTTY === true },
      colour: !environment['NO_COLOR'] && environment['TERM'] !== 'dumb',
    },
  }
}

/** The part of a context that says how things are configured. */
export function configuredBy(
  environment: Environment,
  folder: string,
): Pick<ProcessContext, 'environment' | 'folder' | 'config'> {
  let config: Config | undefined
  return { environment, folder, config: () => (config ??= readConfig(environment, folder)) }
}

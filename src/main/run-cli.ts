import type { Writable } from 'node:stream'
import type { Environment } from '../config/given-settings.js'
import { CommanderError } from 'commander'
import { buildProgram } from '../cli/build-program.js'
import { exitCodeOf } from '../cli/exit-codes.js'
import { showError } from '../cli/show-error.js'
import { asOctavoError, OctavoError } from '../core/errors.js'
import { FetchedBackups } from './fetched-backups.js'
import { makeActions } from './make-actions.js'
import { requireWorkingNode } from './node-fault.js'
import { processContext } from './process-context.js'
import { stopSignals } from './stop-signals.js'

/** Commands that open no database in their process, and the one that says what is wrong. */
const withoutSqlite: ReadonlySet<string> = new Set([
  'archive',
  'fetch',
  'doctor',
  'beside',
  'keygen',
])

/** Runs one command to its end, and resolves with the exit code. */
export async function runCli(
  words: readonly string[],
  environment: Environment = process.env,
): Promise<number> {
  const context = processContext(environment)
  const { terminal } = context
  const backups = new FetchedBackups(context)
  const stop = stopSignals([terminal.out, terminal.err])
  let appExit: number | undefined
  const program = buildProgram({
    actions: makeActions({ ...context, backups }, () => stop.release()),
    terminal,
    signal: stop.signal,
    endWith: (code) => {
      appExit = code
    },
  })
  program.hook('preAction', async (_, command) => {
    if (!withoutSqlite.has(command.name())) await requireWorkingNode()
  })
  try {
    await program.parseAsync(words, { from: 'user' })
    if (appExit !== undefined) return appExit
    await flush(terminal.out)
    // What ended well ended well, whatever was asked meanwhile; unless its output is lost.
    if (stop.outputLost() === undefined) return 0
    throw stoppedError(null, stop.signal)
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    const stopped = stop.exitCode()
    if (stopped === 141) return stopped
    const error = stopped === undefined ? readFault(thrown) : stoppedError(thrown, stop.signal)
    showError(error, terminal, {
      json: words.includes('--json'),
      color: !words.includes('--no-color'),
    })
    return stopped ?? exitCodeOf(error)
  } finally {
    await backups.close()
  }
}

/** A command line that commander did not take is wrong use; all else keeps its own code. */
function readFault(thrown: unknown): OctavoError {
  if (!(thrown instanceof CommanderError)) return asOctavoError(thrown)
  if (thrown.code === 'commander.help') return new OctavoError('usage', 'no command is given')
  const [message = '', ...more] = thrown.message
    .replace(/^error: /, '')
    .trim()
    .split('\n')
  const suggestion = more.join(' ').replace(/^\((.*)\)$/, '$1 ')
  return new OctavoError('usage', message, {
    cause: thrown,
    hint: `${suggestion}See \`octavo --help\`, or --help behind a command.`,
  })
}

function stoppedError(thrown: unknown, signal: AbortSignal): OctavoError {
  return signal.reason instanceof OctavoError ? signal.reason : asOctavoError(thrown)
}

/** Resolves when everything that was written before has been taken, or has failed. */
function flush(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve))
  })
}

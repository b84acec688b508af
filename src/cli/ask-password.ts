import { on } from 'node:events'
import { createInterface } from 'node:readline'
import { addAbortSignal, Writable } from 'node:stream'
import { OctavoError } from '../core/errors.js'
import type { CommandContext } from './command-context.js'

const mostBytes = 8 * 1024

/** A new password: typed twice where nobody sees it, or the one line of the standard input. */
export async function askPassword(
  of: string,
  { fromStdin }: { readonly fromStdin: boolean },
  context: CommandContext,
): Promise<string> {
  return fromStdin ? await readPassword(context) : await typedPassword(of, context)
}

async function typedPassword(of: string, { terminal, signal }: CommandContext): Promise<string> {
  if (!terminal.tty.in || !terminal.tty.err)
    throw refuse('nobody is there to type it', 'Give it on the standard input: --password-stdin.')
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  // With `terminal` it takes the keys itself: the terminal shows none, and Ctrl-C is one of them.
  const keys = createInterface({ input: terminal.in, output, terminal: true, historySize: 0 })
  keys.on('SIGINT', () => keys.close())
  // Both lines may come at once.
  const lines = on(keys, 'line', { signal, close: ['close'] })
  const ask = async (question: string): Promise<string> => {
    terminal.err.write(question)
    const { done, value } = (await lines.next()) as IteratorResult<readonly [string], undefined>
    terminal.err.write('\n')
    if (done === true) throw new OctavoError('aborted', 'no password was typed')
    return value[0]
  }
  try {
    const password = await ask(`New password of ${of}: `)
    if ((await ask('Once more: ')) === password) return password
    throw refuse('the two are not the same', 'Run it again.')
  } finally {
    keys.close()
  }
}

async function readPassword({ terminal, signal }: CommandContext): Promise<string> {
  if (terminal.tty.in)
    throw refuse('a terminal would show it', 'Leave --password-stdin away: it is asked for.')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of addAbortSignal(signal, terminal.in)) {
    chunks.push(Buffer.from(chunk as Buffer | string))
    bytes += chunks.at(-1)?.length ?? 0
    if (bytes > mostBytes) break
  }
  const line = Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '')
  if (bytes <= mostBytes && !/[\r\n]/.test(line)) return line
  throw refuse('the standard input holds more than one line', 'Give the password alone.')
}

function refuse(why: string, hint: string): OctavoError {
  return new OctavoError('usage', `the password could not be taken: ${why}`, { hint })
}

import { createInterface } from 'node:readline/promises'
import type { CommandContext } from './command-context.js'

/** What a person types behind a question; empty where the input ends. */
export async function askPerson(
  question: string,
  { terminal, signal }: CommandContext,
): Promise<string> {
  // Not `terminal: true`: the terminal keeps its own line editing, and Ctrl-C stays a signal.
  const lines = createInterface({ input: terminal.in, output: terminal.err, terminal: false })
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  try {
    return await Promise.race([lines.question(question, { signal }), ended])
  } finally {
    lines.close()
  }
}

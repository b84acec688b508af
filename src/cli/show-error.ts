import { toErrorRecord, type OctavoError } from '../core/errors.js'
import { painter, plain } from './paint.js'
import type { OutputOptions } from './output.js'
import type { Terminal } from './terminal.js'

/** Tells of a failure on the error output: in words, or as one JSON object. */
export function showError(error: OctavoError, terminal: Terminal, options: OutputOptions): void {
  if (options.json) {
    terminal.err.write(`${JSON.stringify({ error: toErrorRecord(error) })}\n`)
    return
  }
  const paint = painter(terminal.colour && terminal.tty.err && options.color !== false)
  const hint = error.hint === '' ? '' : `${paint('bold', 'hint:')} ${lines(error.hint)}\n`
  terminal.err.write(`${paint('red', 'error:')} ${lines(error.message)}\n${hint}`)
}

/** Messages may quote what stands in a file: nothing in them moves the cursor. */
function lines(text: string): string {
  return text.split('\n').map(plain).join('\n')
}

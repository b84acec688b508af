import { OctavoError } from '../../../core/errors.js'
import { mostStatementBytes, ScriptBytes } from './script-bytes.js'
import { StatementScanner } from './statement-scanner.js'

export type ScriptPart =
  | { readonly kind: 'statement'; readonly sql: string }
  /** `COPY … FROM stdin;`, and the lines of its rows, which must be read before the next part. */
  | { readonly kind: 'rows'; readonly sql: string; readonly rows: AsyncIterable<Buffer> }

const before = /^(?:\s|--[^\n]*(?:\n|$)|\\(?:un)?restrict [^\n]*(?:\n|$)|\xef\xbb\xbf)+/
const copyIn = /^COPY\s[\s\S]*\sFROM stdin(?: WITH [^;]*)?;$/i
const closing = /^-- PostgreSQL database dump complete\r?$/m

/**
 * The statements of a plain dump and the rows between them, from its bytes. Throws
 * `document-truncated` where it does not end as pg_dump ends a complete one.
 */
export async function* readScript(bytes: AsyncIterable<Buffer>): AsyncGenerator<ScriptPart> {
  const source = new ScriptBytes(bytes)
  const scanner = new StatementScanner()
  let text = ''
  try {
    for (let lines = await source.lines(); lines !== null; lines = await source.lines()) {
      const piece = lines.toString('latin1')
      let from = 0
      for (let end = scanner.next(piece, 0); end >= 0; end = scanner.next(piece, from)) {
        const sql = statementOf(text + piece.slice(from, end))
        text = ''
        from = end
        if (copyIn.test(sql)) {
          from = endOfLine(piece, end)
          source.putBack(lines.subarray(from))
          yield { kind: 'rows', sql, rows: source.rows() }
          from = piece.length
        } else yield { kind: 'statement', sql }
      }
      text += piece.slice(from)
      if (text.length > mostStatementBytes)
        throw new OctavoError('value-too-large', 'a statement of the dump is larger than 256 MB')
    }
    if (scanner.isBetween && closing.test(text)) return
    throw new OctavoError('document-truncated', 'the dump ends before its closing line', {
      hint: 'It was cut short, or pg_dump failed when it was made. Take another backup.',
    })
  } finally {
    await source.end()
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
}

/** Without the comments before it; as text. */
function statementOf(raw: string): string {
  const bytes = Buffer.from(raw.replace(before, ''), 'latin1')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new OctavoError('restore-refused', 'the dump is not in UTF-8', {
      cause: error,
      hint: 'Make it again with `pg_dump --encoding=UTF8`.',
    })
  }
}

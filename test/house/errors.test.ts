import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.js'
import type { ErrorEntry } from '../../src/core/error-entry.js'
import { errorTable } from '../../src/core/error-table.js'
import { projectRoot, sourceFiles } from './source-files.js'

const page = readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8')
const entries: [string, ErrorEntry][] = Object.entries(errorTable)

/** Code → the lines of its section. */
function sections(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const part of text.split(/^## /m).slice(1)) {
    const [title = '', ...lines] = part.split('\n').filter((line) => line !== '')
    const code = /^`(.+)`$/.exec(title)?.[1]
    if (code !== undefined) found.set(code, lines)
  }
  return found
}

t.test('every code has its section in docs/errors.md, and every section its code', (t) => {
  t.strictSame([...sections(page).keys()], Object.keys(errorTable))
  t.end()
})

t.test('each section says what the error table says, and what the code means', (t) => {
  for (const [code, { status, exit, retryable, hint }] of entries) {
    const lines = sections(page).get(code) ?? []
    const passes = retryable ? 'may pass by itself' : 'stays'
    t.equal(lines[0], `HTTP status ${status} · exit code ${exit} · ${passes}`, code)
    t.equal(lines.at(-1), `> ${hint}`, `${code}: the advice`)
    t.match(lines.slice(1, -1).join(' '), /^[A-Z`].{20,}\.$/, `${code}: the meaning`)
  }
  t.end()
})

t.test('the exit codes of the page are those of the command line', (t) => {
  const rows = [...page.matchAll(/^\| (\d+) \| [^|]+ \|$/gm)].map(([, exit]) => Number(exit))
  t.strictSame(
    rows,
    exitCodes.map(([code]) => code),
  )
  for (const [code, { exit }] of entries) t.ok(rows.includes(exit), code)
  t.end()
})

t.test('every hint is one or more whole sentences', (t) => {
  for (const [code, { hint }] of entries) t.match(hint, /^[A-Z`].*[.)]$/, code)
  t.end()
})

t.test('every code is used somewhere in src', (t) => {
  const tables = ['core/error-table.ts', 'core/service-errors.ts']
  const sources = [...sourceFiles('src')].filter(([path]) => !tables.includes(path))
  for (const [code] of entries)
    t.ok(
      sources.some(([, text]) => text.includes(`'${code}'`)),
      code,
    )
  t.end()
})

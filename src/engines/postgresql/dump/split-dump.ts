import { OctavoError } from '../../../core/errors.js'

/** One object of a dump, under the heading that pg_dump gives it. */
export interface DumpEntry {
  readonly kind: string
  readonly name: string
  /** Empty for what stands in no schema. */
  readonly schema: string
  readonly sql: string
}

const heading = String.raw`--\n-- Name: ([^\n]*); Type: ([^;\n]*); Schema: ([^\n]*); Owner: [^\n]*\n--\n`

/**
 * Headings outside of quotes; texts with and without escapes, names, text between dollars; words,
 * which may hold a dollar themselves; comments; all else.
 */
const token = new RegExp(
  [
    heading,
    String.raw`[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'`,
    String.raw`'[^']*(?:''[^']*)*'`,
    String.raw`"[^"]*(?:""[^"]*)*"`,
    String.raw`\$(\w*)\$[\s\S]*?\$\4\$`,
    String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`--[^\n]*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`[^A-Za-z_\u0080-\uffff'"$\/-]+`,
    String.raw`[\s\S]`,
  ].join('|'),
  'g',
)

const complete = '\n--\n-- PostgreSQL database dump complete\n--\n'

/**
 * The objects of a plain dump in its order. The settings before the first are left out: a restore
 * makes its own. Throws `cannot-carry` where the dump does not end as a complete one does.
 */
export function splitDump(dump: string): DumpEntry[] {
  const end = dump.lastIndexOf(complete)
  if (end < 0)
    throw new OctavoError('cannot-carry', 'the output of pg_dump was cut short', {
      hint: 'Run the export again.',
    })
  const text = dump.slice(0, end + 1)
  const entries: (Omit<DumpEntry, 'sql'> & { readonly from: number; readonly start: number })[] = []
  for (const match of text.matchAll(token)) {
    const [whole, name, kind, schema] = match
    if (name === undefined || kind === undefined || schema === undefined) continue
    const place = schema === '-' ? '' : schema
    entries.push({
      kind,
      name,
      schema: place,
      start: match.index,
      from: match.index + whole.length,
    })
  }
  const heapOnly = !/^SET default_table_access_method = (?!heap;)/m.test(text)
  return entries.map(({ kind, name, schema, from }, index) => {
    const sql = text.slice(from, entries[index + 1]?.start ?? text.length).trim()
    return { kind, name, schema, sql: heapOnly ? sql.replace(heapSetting, '') : sql }
  })
}

/** Stands behind the object before the first table, whichever that is: it says nothing of either. */
const heapSetting = /(\n+SET default_(tablespace = ''|table_access_method = heap);)+$/

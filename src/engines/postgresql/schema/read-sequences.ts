import type { Session } from '../connection/session.js'
import { quoteQualified, quoteText } from '../sql/quote.js'
import { notOfExtension, userSchema } from './list-tables.js'

const largestNumber = 2n ** 53n - 1n

/**
 * Where every sequence stands, as lines of a document: schema, name, last value, whether that value
 * was given out. Sequences belong to no snapshot: one may be further than the rows, never behind.
 */
export async function readSequences(
  session: Session,
  /** Oids of tables: of these the sequences that belong to them; null for all. */
  owners: ReadonlySet<string> | null,
): Promise<string[]> {
  const rows = await session.rows(
    `SELECT n.nspname, c.relname,
            (SELECT d.refobjid FROM pg_catalog.pg_depend d
             WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
               AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i'))
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'S' AND ${userSchema}
       AND ${notOfExtension('pg_catalog.pg_class', 'c.oid')}
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
    'the sequences could not be listed',
  )
  const wanted = rows.filter(([, , owner]) => owners === null || owners.has(owner ?? ''))
  const lines: string[] = []
  for (let from = 0; from < wanted.length; from += batchSize)
    lines.push(...(await readBatch(session, wanted.slice(from, from + batchSize))))
  return lines
}

const batchSize = 200

async function readBatch(
  session: Session,
  sequences: readonly (readonly (string | null)[])[],
): Promise<string[]> {
  const selects = sequences.map(([schema, name], index) => {
    const shown = [schema ?? '', name ?? '']
    const text = shown.map(quoteText).join(', ')
    const from = quoteQualified(shown[0] ?? '', shown[1] ?? '')
    return `SELECT ${index} AS place, ${text}, last_value, is_called FROM ${from}`
  })
  const rows = await session.rows(
    `${selects.join(' UNION ALL ')} ORDER BY place`,
    'the sequences could not be read',
  )
  return rows.map(([, schema, name, last, called]) => {
    const names = [schema, name].map((text) => JSON.stringify(text)).join(',')
    return `[${names},${wholeNumber(last ?? '0')},${called === 't' ? 'true' : 'false'}]`
  })
}

function wholeNumber(text: string): string {
  const value = BigInt(text)
  const fits = value <= largestNumber && value >= -largestNumber
  return fits ? text : `{"$numberLong":"${text}"}`
}

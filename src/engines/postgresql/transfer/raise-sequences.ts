import type { Session } from '../connection/session.js'
import { oidList } from '../schema/read-columns.js'
import { parseSequence } from '../restore/set-sequences.js'
import { quoteName, quoteQualified, quoteText } from '../sql/quote.js'
import type { Transfer } from './plan-transfer.js'

const ownedSql = `
SELECT n.nspname, c.relname, s.seqincrement, t.oid, a.attname
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND t.oid = ANY ($1::oid[])
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`

export interface RaiseSequences {
  readonly transfers: readonly Transfer[]
  /** Lines of the document. */
  readonly states: readonly string[]
  /** Also those that belong to no table: for a document that is restored as a whole. */
  readonly all: boolean
}

interface Place {
  readonly last: bigint
  readonly called: boolean
}

/**
 * Moves sequences on to where the document has them, never back: numbers that were given away are not
 * given again. One that belongs to a restored table and that the document does not know gets behind
 * the highest value of its column.
 */
export async function raiseSequences(
  session: Session,
  { transfers, states, all }: RaiseSequences,
): Promise<void> {
  const known = new Map(states.map(parseSequence).map((state) => [keyOf(state), state]))
  const tables = new Map(transfers.map(({ to }) => [to.oid, to]))
  const rows = await session.rows(ownedSql, 'the sequences could not be listed', [
    oidList([...tables.keys()]),
  ])
  for (const [schema, name, increment, oid, column] of rows) {
    const sequence = { schema: schema ?? '', name: name ?? '', increment: BigInt(increment ?? '1') }
    const state = known.get(keyOf(sequence))
    const table = tables.get(oid ?? '')
    if (table === undefined && !all) continue
    const stated = state && { last: BigInt(state.last), called: state.called }
    const from = table && quoteQualified(table.schema, table.table)
    const wanted =
      stated ?? (from && (await farthest(session, { ...sequence, from, column: column ?? '' })))
    if (wanted) await raise(session, sequence, wanted)
  }
}

function keyOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([schema, name])
}

interface Sequence {
  readonly schema: string
  readonly name: string
  readonly increment: bigint
}

async function farthest(
  session: Session,
  { name, increment, from, column }: Sequence & { readonly from: string; readonly column: string },
): Promise<Place | null> {
  const reach = increment > 0n ? 'max' : 'min'
  const last = await session.value(
    `SELECT ${reach}(${quoteName(column)})::bigint FROM ${from}`,
    `the sequence "${name}" could not be compared with its column`,
  )
  return last === '' ? null : { last: BigInt(last), called: true }
}

/**
 * No rollback takes `setval` back. ALTER SEQUENCE locks the sequence and gives it a new storage that a
 * rollback throws away, with all that setval did to it.
 */
async function raise(session: Session, sequence: Sequence, wanted: Place): Promise<void> {
  const { schema, name, increment } = sequence
  const place = quoteQualified(schema, name)
  const what = `the sequence "${name}" could not be set`
  if (!isAhead(wanted, await readPlace(session, place, what), increment)) return
  await session.run(`ALTER SEQUENCE ${place} INCREMENT BY ${increment}`, what)
  if (!isAhead(wanted, await readPlace(session, place, what), increment)) return
  await session.run(`SELECT setval(${quoteText(place)}, ${wanted.last}, ${wanted.called})`, what)
}

async function readPlace(session: Session, place: string, what: string): Promise<Place> {
  const [[last, called] = []] = await session.rows(
    `SELECT last_value, is_called FROM ${place}`,
    what,
  )
  return { last: BigInt(last ?? '0'), called: called === 't' }
}

function isAhead(one: Place, other: Place, increment: bigint): boolean {
  if (one.last === other.last) return one.called && !other.called
  return increment > 0n ? one.last > other.last : one.last < other.last
}

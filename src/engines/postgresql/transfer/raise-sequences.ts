import type { Session } from '../connection/session.js'
import { parseSequence } from '../restore/set-sequences.js'
import type { StoredTable } from '../schema/stored-table.js'
import { quoteName, quoteQualified, quoteText } from '../sql/quote.js'
import type { Transfer } from './plan-transfer.js'
import { readSequenceUses, type UsedSequence } from './read-sequence-uses.js'

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
 * given again. One that a restored table asks and that the document does not know gets behind the
 * highest value of its columns.
 */
export async function raiseSequences(
  session: Session,
  { transfers, states, all }: RaiseSequences,
): Promise<void> {
  const known = new Map(states.map(parseSequence).map((state) => [keyOf(state), state]))
  const tables = new Map(transfers.map(({ to }) => [to.oid, to]))
  for (const sequence of await readSequenceUses(session)) {
    const uses = sequence.uses.filter(({ oid }) => tables.has(oid))
    const state = known.get(keyOf(sequence))
    if (state && (all || uses.length > 0))
      await raise(session, sequence, { last: BigInt(state.last), called: state.called })
    for (const { oid, column, isNumber } of state ? [] : uses) {
      const table = tables.get(oid)
      const wanted = table && isNumber && (await farthest(session, sequence, { table, column }))
      if (wanted) await raise(session, sequence, wanted)
    }
  }
}

/**
 * Sequences that give the target's own columns their values: what they give is not taken back by a
 * rollback, unless they stand in a storage of the transaction.
 */
export async function holdSequences(
  session: Session,
  transfers: readonly Transfer[],
): Promise<void> {
  const others = new Set(
    transfers.flatMap(({ to, others: names }) => names.map((name) => `${to.oid} ${name}`)),
  )
  if (others.size === 0) return
  for (const sequence of await readSequenceUses(session))
    if (sequence.isOwn && sequence.uses.some(({ oid, column }) => others.has(`${oid} ${column}`)))
      await hold(session, sequence)
}

function keyOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([schema, name])
}

interface CountedColumn {
  readonly table: StoredTable
  readonly column: string
}

async function farthest(
  session: Session,
  { name, increment }: UsedSequence,
  { table, column }: CountedColumn,
): Promise<Place | null> {
  const reach = increment > 0n ? 'max' : 'min'
  const value = quoteName(column)
  const last = await session.value(
    `SELECT trunc(${reach}(${value}))::bigint FROM ${quoteQualified(table.schema, table.table)}
     WHERE ${value} BETWEEN -9223372036854775807 AND 9223372036854775807`,
    `the sequence "${name}" could not be compared with its column`,
  )
  return last === '' ? null : { last: BigInt(last), called: true }
}

/**
 * No rollback takes `setval` back. ALTER SEQUENCE locks the sequence and gives it a new storage that a
 * rollback throws away, with all that setval did to it.
 */
async function raise(session: Session, sequence: UsedSequence, wanted: Place): Promise<void> {
  const { schema, name, increment } = sequence
  const place = quoteQualified(schema, name)
  const what = `the sequence "${name}" could not be set`
  if (!isAhead(wanted, await readPlace(session, place, what), increment)) return
  await hold(session, sequence)
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

async function hold(session: Session, { schema, name, increment }: UsedSequence): Promise<void> {
  await session.run(
    `ALTER SEQUENCE ${quoteQualified(schema, name)} INCREMENT BY ${increment}`,
    `the sequence "${name}" could not be set`,
  )
}

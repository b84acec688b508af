import type Database from 'better-sqlite3'
import type { ColumnProfile } from '../../../core/table-profile.js'
import { quoteIdentifier } from '../sql/quote.js'

interface ColumnRow {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly hidden: number
}

const day = "'[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'"
const clock = '[0-2][0-9]:[0-5][0-9]:[0-5][0-9]'

/** A fraction of one to six digits from this place on, or the end of the text. */
const ended = (c: string, at: number): string =>
  `(length(${c}) = ${at - 1} OR (length(${c}) BETWEEN ${at + 1} AND ${at + 6} ` +
  `AND substr(${c}, ${at}, 1) = '.' AND substr(${c}, ${at + 1}) NOT GLOB '*[^0-9]*'))`
const isDay = (c: string): string => `(${c} GLOB ${day} AND date(${c}) = ${c} AND ${c} > '0001')`
const isInstant = (c: string): string =>
  `(${isDay(`substr(${c}, 1, 10)`)} AND substr(${c}, 11, 9) GLOB ' ${clock}' ` +
  `AND datetime(substr(${c}, 1, 19)) = substr(${c}, 1, 19) AND ${ended(c, 20)})`
const isTime = (c: string): string =>
  `(substr(${c}, 1, 8) GLOB '${clock}' AND time(substr(${c}, 1, 8)) = substr(${c}, 1, 8) AND ${ended(c, 9)})`
const isHex = (c: string): string => `(length(${c}) = 32 AND ${c} NOT GLOB '*[^0-9a-f]*')`

/** Counts, for each figure of a profile, by an expression over one column; only what its kind asks for. */
const figures: readonly (readonly [
  figure: keyof ColumnProfile,
  asked: RegExp,
  sql: (c: string, kind: string) => string,
])[] = [
  ['integers', /^/, (_, kind) => `sum(${kind} = 'integer')`],
  ['reals', /^/, (_, kind) => `sum(${kind} = 'real')`],
  ['texts', /^/, (_, kind) => `sum(${kind} = 'text')`],
  ['blobs', /^/, (_, kind) => `sum(${kind} = 'blob')`],
  ['beyondBool', /^bool/, (c, kind) => `sum(${kind} = 'integer' AND ${c} NOT IN (0, 1))`],
  ['infinities', /^/, (c, kind) => `sum(${kind} = 'real' AND abs(${c}) = 9e999)`],
  ['longestText', /char/, (c, kind) => `max(CASE WHEN ${kind} = 'text' THEN length(${c}) END)`],
  ['noInstants', /^(datetime|timestamp)/, (c, kind) => `sum(${kind} = 'text' AND NOT ${isInstant(c)})`],
  ['noDays', /^date$/, (c, kind) => `sum(${kind} = 'text' AND NOT ${isDay(c)})`],
  ['noTimes', /^time$/, (c, kind) => `sum(${kind} = 'text' AND NOT ${isTime(c)})`],
  ['noHex', /^char/, (c, kind) => `sum(${kind} = 'text' AND NOT ${isHex(c)})`],
  ['nuls', /^/, (c, kind) => `sum(${kind} = 'text' AND instr(CAST(${c} AS BLOB), x'00') > 0)`],
] // prettier-ignore

/** Looks at the values of every stored column of a table, a column at a time. */
export function profileColumns(
  connection: Database.Database,
  table: string,
): { readonly columns: ColumnProfile[]; readonly computed: string[] } {
  const rows = connection
    .prepare<[string], ColumnRow>(
      `SELECT name, type, "notnull", hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid`,
    )
    .all(table)
  const columns = rows
    .filter(({ hidden }) => hidden === 0)
    .map((row) => profileColumn(connection, table, row))
  return { columns, computed: rows.filter(({ hidden }) => hidden > 1).map(({ name }) => name) }
}

function profileColumn(
  connection: Database.Database,
  table: string,
  { name, type, notnull }: ColumnRow,
): ColumnProfile {
  const declared = type.toLowerCase().trim()
  const [c, kind] = [quoteIdentifier(name), `typeof(${quoteIdentifier(name)})`]
  const asked = figures.filter(([, pattern]) => pattern.test(declared))
  const select = asked.map(([, , sql]) => sql(c, kind)).join(', ')
  const found = connection
    .prepare(`SELECT ${select} FROM main.${quoteIdentifier(table)}`)
    .raw()
    .get() as (number | null)[] // one row of counts
  const counted = new Map(asked.map(([figure], index) => [figure, found[index] ?? 0]))
  const of = (figure: keyof ColumnProfile): number => counted.get(figure) ?? 0
  return {
    name,
    declared,
    notNull: notnull === 1,
    integers: of('integers'),
    reals: of('reals'),
    texts: of('texts'),
    blobs: of('blobs'),
    beyondBool: of('beyondBool'),
    infinities: of('infinities'),
    longestText: of('longestText'),
    noInstants: of('noInstants'),
    noDays: of('noDays'),
    noTimes: of('noTimes'),
    noHex: of('noHex'),
    nuls: of('nuls'),
  }
}

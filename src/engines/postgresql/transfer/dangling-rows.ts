import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { plainName, quoteName, quoteQualified } from '../sql/quote.js'
import type { Transfer } from './plan-transfer.js'
import type { ForeignKey, KeySide } from './read-foreign-keys.js'

/** How many dangling rows an error lists. */
const shownRows = 20
const allowed = 'pg_temp.octavo_dangling'

/**
 * The rows that refer to rows that are not there: those of the target before the change, and those
 * that dangled in the database of the backup already, may dangle afterwards, for the same value. A
 * parent whose rows the document lacks may well have been there.
 */
export class DanglingRows {
  readonly #session: Session
  readonly #keys: readonly ForeignKey[]

  constructor(session: Session, keys: readonly ForeignKey[]) {
    this.#session = session
    this.#keys = keys
  }

  /** Before the change, with the rows of the document staged. */
  async remember(transfers: readonly Transfer[]): Promise<void> {
    const staged = new Map(transfers.map(({ to, staging }) => [to.oid, staging]))
    await this.#run(
      `CREATE TEMPORARY TABLE octavo_dangling (place integer, value bytea) ON COMMIT DROP`,
    )
    for (const [place, key] of this.#keys.entries()) {
      await this.#allow(place, key, { child: rowsOf(key.child), parent: rowsOf(key.parent) })
      const [child, parent] = [staged.get(key.child.oid), staged.get(key.parent.oid)]
      if (child && parent) await this.#allow(place, key, { child, parent })
    }
  }

  /** After it. Throws where a row dangles that may not; resolves with the keys that rows break. */
  async requireNoNew(): Promise<Set<ForeignKey>> {
    const broken = new Set<ForeignKey>()
    const rows: string[] = []
    let count = 0
    for (const [place, key] of this.#keys.entries()) {
      const sides = { child: rowsOf(key.child), parent: rowsOf(key.parent) }
      const now = danglingSql(key, sides)
      const found = await this.#rows(`SELECT EXISTS (SELECT FROM (${now}) d)`)
      if (found[0]?.[0] !== 't') continue
      broken.add(key)
      const more = await this.#rows(
        `SELECT d.shown, count(*) OVER ()
         FROM (SELECT *, row_number() OVER (PARTITION BY value) AS number FROM (${now}) d) d
         LEFT JOIN (SELECT value, count(*) AS n FROM ${allowed} WHERE place = ${place}
                    GROUP BY value) a ON a.value = d.value
         WHERE d.number > coalesce(a.n, 0) LIMIT ${shownRows}`,
      )
      count += Number(more[0]?.[1] ?? 0)
      const arrow = `→ ${plainName(key.parent.schema, key.parent.table)}`
      const child = plainName(key.child.schema, key.child.table)
      rows.push(...more.map(([shown]) => `${child} ${shown ?? ''} ${arrow}`))
    }
    if (count > 0) throw dangling(rows, count)
    return broken
  }

  async #allow(place: number, key: ForeignKey, sides: Sides): Promise<void> {
    await this.#run(
      `INSERT INTO ${allowed} SELECT ${place}, d.value FROM (${danglingSql(key, sides)}) d`,
    )
  }

  async #run(sql: string): Promise<void> {
    await this.#session.run(sql, 'the references could not be checked')
  }

  async #rows(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    return await this.#session.rows(sql, 'the references could not be checked')
  }
}

interface Sides {
  readonly child: string
  readonly parent: string
}

function rowsOf({ schema, table, partitioned }: KeySide): string {
  return `${partitioned ? '' : 'ONLY '}${quoteQualified(schema, table)}`
}

/** The value that leads nowhere, and the key of its row: a value may be a secret. */
function danglingSql(key: ForeignKey, { child, parent }: Sides): string {
  const own = key.columns.map((name) => `t.${quoteName(name)}`)
  const equal = own.map(
    (column, at) => `p.${quoteName(key.to[at] ?? '')} ${key.operators[at] ?? ''} ${column}`,
  )
  const value = `json_build_array(${own.map((column) => `concat(${column})`).join(', ')})`
  const shown = key.childKey.map((name) => `concat(t.${quoteName(name)})`)
  return `SELECT convert_to(${value}::text, 'UTF8') AS value,
      ${shown.length > 0 ? `concat_ws(',', ${shown.join(', ')})` : `'?'`} AS shown
    FROM ${child} t WHERE ${own.map((column) => `${column} IS NOT NULL`).join(' AND ')}
      AND NOT EXISTS (SELECT FROM ${parent} p WHERE ${equal.join(' AND ')})`
}

function dangling(rows: readonly string[], count: number): OctavoError {
  const shown = rows.slice(0, shownRows).join('; ')
  return new OctavoError(
    'restore-refused',
    `${count} rows would refer to rows that are not there: ${shown}`,
    {
      hint: 'Restore the models that they refer to as well, or remove these rows first.',
      details: { dangling: rows, count },
    },
  )
}

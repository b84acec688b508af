import { foldCase } from '../../../core/fold-case.js'
import type { TableObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'
import { fromSql, lineSql } from '../records/record-sql.js'
import type { RecordTable } from '../schema/name-tables.js'
import type { StoredTable } from '../schema/stored-table.js'
import { type Change, countDifferences } from '../transfer/count-changes.js'

interface Remembered {
  readonly model: string
  /** A temporary table with a digest of each row. */
  readonly digests: string
  /** The columns that both sides have. */
  readonly columns: ReadonlySet<string>
  /** Of the document, where the target has the same; else empty. */
  readonly key: readonly string[]
}

/**
 * What a replace would do to each model. The rows that it removes are remembered by their digests, to
 * be counted against those that were built in their place.
 */
export class PreviewedChanges {
  readonly #session: Session
  readonly #entries: ReadonlyMap<string, TableObject>
  readonly #remembered = new Map<string, Remembered>()

  /** `entries`: the tables of the document. */
  constructor(session: Session, entries: readonly TableObject[]) {
    this.#session = session
    this.#entries = new Map(entries.map((entry) => [foldCase(entry.model ?? entry.name), entry]))
  }

  /** Before they are removed. */
  async remember(targets: readonly RecordTable[]): Promise<void> {
    for (const [index, { model, stored }] of targets.entries()) {
      const entry = this.#entries.get(foldCase(model))
      const stated = new Set(entry?.columns?.map(([name]) => name))
      const columns = new Set(
        stored.columns
          .map(({ name }) => name)
          .filter((name) => entry === undefined || stated.has(name)),
      )
      const key = entry?.primary_key ?? []
      const digests = `pg_temp.octavo_before_${index}`
      const remembered = { model, digests, columns, key: sameNames(key, stored.key) ? key : [] }
      await this.#session.run(
        `CREATE TEMPORARY TABLE octavo_before_${index} ON COMMIT DROP AS
         ${digestsSql(stored, remembered)}`,
        `the rows of "${stored.name}" could not be remembered`,
      )
      this.#remembered.set(foldCase(model), remembered)
    }
  }

  /** Of what was built, in its order, and then of what is gone. */
  async count(built: readonly RecordTable[]): Promise<Change[]> {
    const changes: Change[] = []
    for (const { model, stored } of built) {
      const before = this.#remembered.get(foldCase(model))
      this.#remembered.delete(foldCase(model))
      const { columns, key = [] } = before ?? {}
      const after = `(${digestsSql(stored, { columns, key })})`
      changes.push(
        await countDifferences(this.#session, {
          model,
          before: before?.digests ?? `(SELECT ''::bytea AS k0, ''::bytea AS line WHERE false)`,
          after,
          sameKey: key.length > 0 ? 'x.k0 = y.k0' : null,
        }),
      )
    }
    for (const { model, digests } of this.#remembered.values()) {
      const count = `SELECT count(*) FROM ${digests}`
      const removed = Number(await this.#session.value(count, `"${model}" could not be counted`))
      changes.push({ model, added: 0, changed: 0, removed, records: 0 })
    }
    return changes
  }
}

interface Digested {
  readonly columns: ReadonlySet<string> | undefined
  readonly key: readonly string[]
}

/** Digests, since the types of the columns go with what they are removed with. */
function digestsSql(stored: StoredTable, { columns, key }: Digested): string {
  const common = stored.columns.filter(({ name }) => columns === undefined || columns.has(name))
  const digest = (names: readonly string[] | null): string => {
    const chosen = names
      ? names.flatMap((name) => common.find((column) => column.name === name) ?? [])
      : common
    const sorted = chosen.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const line = lineSql({ model: '', stored: { ...stored, columns: sorted, key: [] } })
    return `sha256(convert_to(${line}, 'UTF8'))`
  }
  return `SELECT ${digest(key)} AS k0, ${digest(null)} AS line FROM ${fromSql(stored)}`
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name))
}

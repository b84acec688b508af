import { plainName } from '../sql/quote.js'
import { judgeStatement } from './judge-statement.js'
import { readScript } from './read-script.js'

/** What a dump holds, by what stands in it. */
export interface ScriptSummary {
  /** By table, in the order of the dump; the rows of partitions count for the whole table. */
  readonly records: ReadonlyMap<string, number>
  readonly indexes: number
  readonly views: number
  readonly triggers: number
}

const part = String.raw`("(?:[^"]|"")+"|[^\s".(;,]+)`
const named = new RegExp(String.raw`^(?:IF NOT EXISTS |ONLY )*${part}(?:\.${part})?`)
const attached = new RegExp(
  String.raw`^ALTER TABLE (?:ONLY )?([\s\S]+?) ATTACH PARTITION ([\s\S]+?) (?:FOR VALUES|DEFAULT)`,
)
const texts = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'[^']*'/g

/** Reads a plain dump to its end without a server. Throws what a restore of it would throw. */
export async function summariseScript(bytes: AsyncIterable<Buffer>): Promise<ScriptSummary> {
  const records = new Map<string, number>()
  const parents = new Map<string, string>()
  const seen = { index: new Set<string>(), view: new Set<string>(), trigger: 0 }
  let schema = 'public'
  const nameOf = (text: string): string => {
    const [, first = '', second] = named.exec(text) ?? []
    return second === undefined
      ? plainName(schema, unquoted(first))
      : plainName(unquoted(first), unquoted(second))
  }
  const add = (name: string, rows: number): void =>
    void records.set(name, (records.get(name) ?? 0) + rows)
  for await (const { kind, sql, ...more } of readScript(bytes)) {
    if (kind === 'rows' && 'rows' in more) {
      add(nameOf(sql.slice('COPY '.length)), await countLines(more.rows))
      continue
    }
    judgeStatement(sql)
    const [made, what = ''] =
      /^CREATE (?:UNLOGGED |UNIQUE |CONSTRAINT |MATERIALIZED |OR REPLACE )*(TABLE|INDEX|VIEW|TRIGGER) /.exec(
        sql,
      ) ?? []
    if (made !== undefined) {
      const name = nameOf(sql.slice(made.length))
      if (what === 'TABLE') add(name, 0)
      else if (what === 'TRIGGER') seen.trigger += 1
      else seen[what === 'INDEX' ? 'index' : 'view'].add(name)
    }
    const [, parent, child] = attached.exec(sql) ?? []
    if (parent !== undefined && child !== undefined) parents.set(nameOf(child), nameOf(parent))
    // Before PostgreSQL 10.3 names stood without their schema.
    schema = /^SET search_path = ("?)([^",; ]+)\1[,;]/.exec(sql)?.[2] ?? schema
    if (sql.startsWith('INSERT INTO ')) add(nameOf(sql.slice('INSERT INTO '.length)), rowsOf(sql))
  }
  for (const [child] of [...parents].toReversed()) {
    let whole = child
    for (let up = parents.get(whole); up !== undefined; up = parents.get(whole)) whole = up
    add(whole, records.get(child) ?? 0)
    records.delete(child)
  }
  return {
    records,
    indexes: seen.index.size,
    views: seen.view.size,
    triggers: seen.trigger,
  }
}

/** `--rows-per-insert` writes each row on a line of its own. */
function rowsOf(sql: string): number {
  return Math.max(1, [...sql.replace(texts, '').matchAll(/\n\t\(/g)].length)
}

async function countLines(rows: AsyncIterable<Buffer>): Promise<number> {
  let lines = 0
  for await (const piece of rows)
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1
  return lines
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

import type { SchemaObject } from '../core/schema.js'

/**
 * The columns of each model in table order, read from the SQL of its table. A tool that sorts the
 * members of objects loses that order, and with it the digest of every record. Only a guess that the
 * digest then proves: where the SQL is odd, a record keeps the order it has.
 */
export function columnOrders(schema: readonly SchemaObject[]): Map<string, readonly string[]> {
  const orders = new Map<string, readonly string[]>()
  for (const object of schema)
    if (object.type === 'table' && object.model !== undefined && typeof object.sql === 'string')
      orders.set(object.model, object.columns?.map(([name]) => name) ?? columnsIn(object.sql))
  return orders
}

/** Comments and white space; quoted names and strings; numbers and bare names; any other character. */
const sqlToken =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|("(?:[^"]|"")*"|`(?:[^`]|``)*`|'(?:[^']|'')*'|\[[^\]]*\]|[\w$\u0080-\u{10ffff}]+)|([\s\S])/gu

/** The first name of each part between the outermost parentheses; constraints do no harm there. */
export function columnsIn(sql: string): string[] {
  return declarationsIn(sql).map(({ name }) => name)
}

/** A part between the outermost parentheses: its first name, and the words behind it as they stand. */
export interface Declaration {
  readonly name: string
  readonly words: string
}

export function declarationsIn(sql: string): Declaration[] {
  const found: { name: string; words: string }[] = []
  let depth = 0
  let atStart = false
  for (const [token, name, mark] of sql.matchAll(sqlToken)) {
    if (mark === '(') depth += 1
    if (mark === ')') depth -= 1
    if (depth === 1 && (mark === ',' || (mark === '(' && found.length === 0))) atStart = true
    else if (name !== undefined && atStart) {
      found.push({ name: unquote(name), words: '' })
      atStart = false
    } else if (depth > 0 && !atStart) {
      const last = found.at(-1)
      if (last) last.words += token
    }
    if (depth === 0 && mark === ')') break
  }
  return found
}

function unquote(name: string): string {
  const first = name.charAt(0)
  const inner = name.slice(1, -1)
  if (first === '[') return inner
  return '"`\''.includes(first) ? inner.replaceAll(first + first, first) : name
}

import type { Dice } from './dice.js'

const oddNames: readonly [string, ...string[]] = [
  '', ' ', '"', '""', "'", '`', '[', ']', '[a]', 'a"b', "it's", 'new\nline', 'tab\tstop', '\r\n',
  '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '$type', '$numberLong',
  '$binary', '$text', '$.x', 'a.b', 'a,b', 'a;b', '--', '/*', '*/', '%', '%s', '?', '?1', ':x',
  '@x', '#', '\\', '\\u0000', '{"$', '"},', 'select', 'table', 'index', 'order', 'group', 'null',
  'true', 'rowid', 'oid', '_rowid_', 'id', 'ID2', 'pk', 'fields', 'model', 'value', 'key', 'k',
  'n', 'r', 'p', 'f', 'json', 'é', 'É', 'ß', 'ﬁ', 'Ω', 'Ω', 'İ', 'ı', '日本', '😀', '\u200f',
  '\u2028', '\ufeff', '\u007f', '\u0001', ' lead', 'trail ', 'x'.repeat(300), 'sqlite', 'main',
  'temp', 'new', 'old', 'excluded', '0', '1a', 'e1', 'current_timestamp', 'generated', 'always',
  'auth_user', 'User', 'a_b_c', 'atom', 'type', 'parent', 'fullkey', 'path', 'rank', 'length',
] // prettier-ignore

/** SQLite folds ASCII letters only: `é` and `É` are two names. */
function fold(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Names for one scope (the tables, or one table's columns): none twice. */
export class NameGiver {
  readonly #dice: Dice
  readonly #used = new Set<string>()
  readonly #oddness: number

  constructor(dice: Dice, oddness: number) {
    this.#dice = dice
    this.#oddness = oddness
  }

  next(plain: string): string {
    let name = this.#dice.chance(this.#oddness) ? this.#dice.pick(oddNames) : plain
    for (let number = 1; this.#taken(name); number += 1) name = `${plain}${number}`
    this.#used.add(fold(name))
    return name
  }

  /** Takes a name that was chosen elsewhere; false where it is taken already. */
  take(name: string): boolean {
    if (this.#taken(name)) return false
    this.#used.add(fold(name))
    return true
  }

  #taken(name: string): boolean {
    return this.#used.has(fold(name)) || fold(name).startsWith('sqlite_')
  }
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** One of the ways in which SQLite lets a name be written. */
export function quotedSomehow(dice: Dice, name: string): string {
  const form = dice.below(8)
  if (form === 0 && !name.includes(']') && name !== '') return `[${name}]`
  if (form === 1) return `\`${name.replaceAll('`', '``')}\``
  if (form === 2 && /^[a-z_]+\d$/i.test(name)) return name
  return quoted(name)
}

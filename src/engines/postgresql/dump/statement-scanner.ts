import { OctavoError } from '../../../core/errors.js'

/** What the scanner is inside of. */
type Inside = 'code' | 'text' | 'escaped' | 'name' | 'dollars' | 'comment'

const letter = String.raw`A-Za-z_\x80-\xff`
/** All that matters between texts: what opens or closes, words, comments to the end of their line. */
const token = new RegExp(
  String.raw`--[^\n]*|\/\*|["';()\\]|\$(?:[${letter}][\w\x80-\xff]*)?\$|[${letter}][\w$\x80-\xff]*'?`,
  'g',
)
const ends = { text: /'/g, escaped: /\\[\s\S]|''|'/g, name: /"/g, comment: /\/\*|\*\//g } as const
/** What pg_dump writes at both ends of a plain dump, so that psql takes no other command between. */
const restriction = /\\(?:un)?restrict [^\n]*(?:\n|$)/y

/**
 * Finds where the statements of a plain dump end, by the rules that psql goes by. Reads text of one
 * character for each byte, and whole lines at a time.
 */
export class StatementScanner {
  #inside: Inside = 'code'
  #closing = ''
  #comments = 0
  #parentheses = 0
  #begins = 0
  #words: string[] = []

  /** Whether nothing is open. */
  get isBetween(): boolean {
    return this.#inside === 'code' && this.#words.length === 0
  }

  /** The place behind the `;` that ends the statement, or -1 where it goes on behind this text. */
  next(text: string, from: number): number {
    let at = from
    while (at >= 0 && at < text.length) {
      if (this.#inside !== 'code') at = this.#leave(text, at)
      else {
        const found = this.#step(text, at)
        if (found.isEnd) return found.at
        at = found.at
      }
    }
    return -1
  }

  /** The place behind what the scanner is inside of, or -1. */
  #leave(text: string, from: number): number {
    if (this.#inside === 'dollars') {
      const end = text.indexOf(this.#closing, from)
      if (end < 0) return -1
      this.#inside = 'code'
      return end + this.#closing.length
    }
    const end = ends[this.#inside as keyof typeof ends]
    end.lastIndex = from
    for (let match = end.exec(text); match !== null; match = end.exec(text)) {
      const [found] = match
      if (found.startsWith('\\') || found === "''") continue
      if (this.#inside === 'comment') {
        this.#comments += found === '/*' ? 1 : -1
        if (this.#comments > 0) continue
      }
      this.#inside = 'code'
      return end.lastIndex
    }
    return -1
  }

  #step(text: string, from: number): { readonly at: number; readonly isEnd: boolean } {
    token.lastIndex = from
    const [found = ''] = token.exec(text) ?? []
    const at = found === '' ? -1 : token.lastIndex
    if (found === '\\') return { at: this.#skipRestriction(text, at - 1), isEnd: false }
    if (found === ';') {
      const isEnd = this.#parentheses <= 0 && this.#begins === 0
      if (isEnd) this.#reset()
      return { at, isEnd }
    }
    this.#enter(found)
    return { at, isEnd: false }
  }

  #enter(found: string): void {
    if (found.startsWith('--')) return
    if (found === '(') this.#parentheses += 1
    else if (found === ')') this.#parentheses -= 1
    else if (found === "'") this.#inside = 'text'
    else if (found === '"') this.#inside = 'name'
    else if (found === '/*') {
      this.#inside = 'comment'
      this.#comments = 1
    } else if (found.startsWith('$')) {
      this.#inside = 'dollars'
      this.#closing = found
    } else if (found.endsWith("'")) this.#inside = /^e'$/i.test(found) ? 'escaped' : 'text'
    else if (found !== '') this.#take(found.toLowerCase())
  }

  /** A function whose body is SQL of its own holds `;` between BEGIN and END. */
  #take(word: string): void {
    if (this.#words.length < 4) this.#words.push(word)
    if (!/^create( or replace)? (function|procedure)\b/.test(this.#words.join(' '))) return
    if (word === 'begin' || (word === 'case' && this.#begins > 0)) this.#begins += 1
    else if (word === 'end' && this.#begins > 0) this.#begins -= 1
  }

  #skipRestriction(text: string, at: number): number {
    restriction.lastIndex = at
    if (this.#words.length === 0 && restriction.test(text)) return restriction.lastIndex
    const [command = '\\'] = /^\\\S{0,20}/.exec(text.slice(at, at + 24)) ?? []
    throw new OctavoError('restore-refused', `the dump holds a command of psql: ${command}`, {
      hint: command.startsWith('\\c')
        ? 'A dump of several databases is not read. Dump each one by itself, without --create.'
        : 'pg_dump writes none, and some run programs: look at where this file comes from.',
    })
  }

  #reset(): void {
    this.#parentheses = 0
    this.#begins = 0
    this.#words = []
  }
}

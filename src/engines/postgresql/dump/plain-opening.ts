const blank = /(?:[ \t\n\r\f\v]|--[^\n\r]*)+/y
const word = /[A-Za-z_][\w$]*/y
const comment = /\/\*|\*\//g
const mostWords = 4

/**
 * A statement with one blank between its first words, and nothing before them: where the server sees
 * a comment or a line break, what the statement does is the same.
 */
export function plainOpening(sql: string): string {
  const words: string[] = []
  let at = behindBlanks(sql, 0)
  while (words.length < mostWords) {
    word.lastIndex = at
    const [found] = word.exec(sql) ?? []
    if (found === undefined) break
    words.push(found)
    const end = at + found.length
    at = behindBlanks(sql, end)
    // What touches a word belongs to it: `public.item`, `count(`.
    if (at === end) return words.join(' ') + sql.slice(end)
  }
  return [...words, sql.slice(at)].join(' ')
}

function behindBlanks(sql: string, from: number): number {
  let at = from
  for (;;) {
    blank.lastIndex = at
    if (blank.test(sql)) at = blank.lastIndex
    else if (sql.startsWith('/*', at)) at = behindComment(sql, at)
    else return at
  }
}

/** Comments stand inside of comments. */
function behindComment(sql: string, from: number): number {
  let open = 0
  comment.lastIndex = from
  for (let match = comment.exec(sql); match !== null; match = comment.exec(sql)) {
    open += match[0] === '/*' ? 1 : -1
    if (open === 0) return comment.lastIndex
  }
  return sql.length
}

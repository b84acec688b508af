// Not `1/2`, `bucket/prefix`, `../x`, `*/5` or `</b>`.
const before = String.raw`(?<![\p{L}\p{N}_.~*<\/-])`
// Not a pattern, `/^a/`, and no slash that stands alone.
const start = String.raw`${before}\/+(?=[^\s\/"'\x60<>|^])`

export const startOfPath = new RegExp(start, 'u')

/**
 * Every path, and what is none although it has slashes: an address, and one of our routes, which stand
 * behind their method. What is found in or at one of the places has that place in the first group.
 */
export function anyPath(places: readonly string[]): RegExp {
  // A longer place first: one may lie inside of another.
  const own = places.toSorted((a, b) => b.length - a.length).map(escaped)
  const all = [
    // With what lies in it, which is no path of its own.
    String.raw`${before}(${own.join('|')})(?![\p{L}\p{N}_])(?:\/[^\s"'\x60<>|:,;=(]*)?`,
    String.raw`(?<![\p{L}\p{N}])(?!file:|sqlite)[a-z][a-z0-9+.-]*:\/\/[^\s"'\x60<>]*`,
    String.raw`\b(?:GET|HEAD|POST|PUT|DELETE) \/(?:api|metrics|admin)\b[^\s\x60]*`,
    // In quotes it may hold spaces.
    String.raw`(?<=["'\x60])${start}[^"'\x60\n]*(?=["'\x60])`,
    String.raw`${start}[^\s"'\x60<>|]*`,
  ]
  return new RegExp(all.join('|'), 'gu')
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** What of a find is a path, without the stops of the sentence around it; empty where none is. */
export function pathOf(found: string): string {
  return found.startsWith('/') ? found.replace(/[.,;:!?)\]}…]+$/u, '') : ''
}

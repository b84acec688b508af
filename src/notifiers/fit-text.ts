const unchanged = (character: string): string => character

/**
 * A text of at most `max` characters, after `escape` was put on each character; a cut one ends in "…". No
 * character and no escape is cut through.
 */
export function fitText(text: string, max: number, escape = unchanged): string {
  const pieces: string[] = []
  let length = 0
  /** How many pieces leave room for the ellipsis, and how much of it they take. */
  let kept = 0
  for (const character of text) {
    const piece = escape(character)
    length += piece.length
    if (length > max) return `${pieces.slice(0, kept).join('')}…`
    pieces.push(piece)
    if (length < max) kept = pieces.length
  }
  return pieces.join('')
}

/** What an error or a name brings in is one line, without what moves a cursor or turns the text round. */
export function oneLine(text: string, max = 1000): string {
  const spaced = text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, ' ')
  return fitText(spaced.trim(), max)
}

/** Lines of a list, and how many more there are. */
export function listed(lines: readonly string[], max = 20): string[] {
  const shown = lines.slice(0, max).map((line) => `- ${oneLine(line)}`)
  const more = lines.length - shown.length
  return more > 0 ? [...shown, `- and ${more} more`] : shown
}

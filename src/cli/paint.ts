const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const

type Colour = keyof typeof codes
export type Paint = (colour: Colour, text: string) => string

export function painter(enabled: boolean): Paint {
  return (colour, text) => {
    const [on, off] = codes[colour]
    return enabled ? `\u001b[${on}m${text}\u001b[${off}m` : text
  }
}

/**
 * Text from a file or a database, fit for a terminal: control characters, with which it could move
 * the cursor or hide what stands before it, are shown as their escapes.
 */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

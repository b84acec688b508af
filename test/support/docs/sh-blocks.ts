/** A block of commands as a page shows it. */
export interface ShBlock {
  /** From 1: the line behind the fence. */
  readonly line: number
  /** Without the indent that it has in a list. */
  readonly text: string
}

/** The blocks that are marked as `sh`, in the order of the page. */
export function shBlocks(markdown: string): ShBlock[] {
  const found = markdown.matchAll(/^( *)```sh\n(.*?)^\1```$/gms)
  return [...found].map(({ index, 1: indent = '', 2: text = '' }) => ({
    line: markdown.slice(0, index).split('\n').length + 1,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

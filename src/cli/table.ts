import { plain } from './paint.js'

const segmenter = new Intl.Segmenter('en')

/** A cell: numbers stand to the right, with their thousands apart. */
type Cell = string | number | null

/** Rows under a heading, in columns two spaces apart; null cells are empty. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [heading, ...rows].map((row) => row.map(showCell))
  const widths = heading.map((_, column) =>
    Math.max(...cells.map((row) => width(row[column] ?? ''))),
  )
  const isNumeric = heading.map((_, column) => rows.some((row) => typeof row[column] === 'number'))
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const gap = ' '.repeat((widths[column] ?? 0) - width(cell))
          return isNumeric[column] ? gap + cell : cell + gap
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** In characters as a person counts them. */
function width(text: string): number {
  return Array.from(segmenter.segment(text)).length
}

function showCell(cell: Cell): string {
  if (cell === null) return ''
  return typeof cell === 'number' ? showNumber(cell) : plain(cell)
}

/** `1,234,567`, the same everywhere. */
export function showNumber(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 record`, `2,000 records`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${showNumber(value)} ${value === 1 ? one : many}`
}

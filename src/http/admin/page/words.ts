const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** `1 byte`, `12.3 kB`, `4 MB`: of a thousand, as file managers show them. */
export function showSize(bytes: number): string {
  let unit = 0
  let value = bytes
  // What would be rounded up to a thousand is one of the next.
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  if (unit === 0) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  return `${value < 100 ? Number(value.toFixed(1)) : Math.round(value)} ${units[unit]}`
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function showDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return inTwo(minutes, 'min', seconds % 60, 's')
  return inTwo(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

function inTwo(large: number, unit: string, small: number, smaller: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smaller}`
}

const number = new Intl.NumberFormat('en-US')

/** `12,345`. */
export function showCount(count: number): string {
  return number.format(count)
}

/** `1 record`, `2 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${showCount(count)} ${count === 1 ? one : many}`
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

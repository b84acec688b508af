const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** `5 min`, `26 h 12 min`, `12 days 3 h`: rounded down, so that what is shown has passed. */
export function showAge(ms: number): string {
  if (ms < hourMs) return `${Math.max(0, Math.floor(ms / minuteMs))} min`
  if (ms < 2 * dayMs) return inTwo(ms, [hourMs, 'h'], [minuteMs, 'min'])
  return inTwo(ms, [dayMs, 'days'], [hourMs, 'h'])
}

type Unit = readonly [number, string]

function inTwo(ms: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const rest = Math.floor((ms % largeMs) / smallMs)
  return `${Math.floor(ms / largeMs)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}

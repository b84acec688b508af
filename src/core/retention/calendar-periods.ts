/** The rules that keep one backup of each period. */
export const tiers = ['daily', 'weekly', 'monthly', 'yearly'] as const

export type Tier = (typeof tiers)[number]

/** The day, the ISO week, the month and the year of an instant, as people are told them. */
export type Periods = Readonly<Record<Tier, string>>

export const dayMs = 86_400_000

/**
 * The periods that an instant is in, where the clocks show the time of `timeZone`:
 * `day 2027-01-01`, `week 2026-W53`, `month 2027-01`, `year 2027`. The year of a week is that of its
 * Thursday (ISO 8601).
 */
export function periodsOf(at: Date, timeZone: string): Periods {
  const parts = formatterFor(timeZone).formatToParts(at)
  const numberOf = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value)
  const [year, month, day] = [numberOf('year'), numberOf('month'), numberOf('day')]
  const days = Date.UTC(year, month - 1, day) / dayMs
  // Day 0, the first of January 1970, was a Thursday.
  const weekday = (((days + 3) % 7) + 7) % 7
  const thursday = days - weekday + 3
  const weekYear = new Date(thursday * dayMs).getUTCFullYear()
  const week = Math.floor((thursday - Date.UTC(weekYear, 0, 1) / dayMs) / 7) + 1
  return {
    daily: `day ${year}-${twoDigits(month)}-${twoDigits(day)}`,
    weekly: `week ${weekYear}-W${twoDigits(week)}`,
    monthly: `month ${year}-${twoDigits(month)}`,
    yearly: `year ${year}`,
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** Made once for each zone: making one takes longer than using it a hundred times. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    calendar: 'gregory',
    numberingSystem: 'latn',
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  formatters.set(timeZone, made)
  return made
}

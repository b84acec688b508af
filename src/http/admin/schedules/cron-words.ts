import { cronFields } from '../../../core/cron.js'

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/** `every day at 03:00`; null for what words would make longer than the five fields are. */
export function cronWords(cron: string): string | null {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cronFields(cron)
    .trim()
    .split(/\s+/)
  if (month !== '*') return null
  const when = dayWords(day, weekday)
  if (when === null) return null
  const isEveryDay = day === '*' && weekday === '*'
  const times = clockTimes(minute, hour)
  if (times !== null) return `${when} at ${inARow(times)}`
  if (!isEveryDay) return null
  const minutes = step(minute, 60)
  if (minutes !== null && hour === '*') return `every ${counted(minutes, 'minute')}`
  if (!isNumber(minute, 59)) return null
  const past = Number(minute) === 0 ? '' : `, ${counted(Number(minute), 'minute')} past`
  if (hour === '*') return past === '' ? 'every hour' : `every hour${past}`
  const hours = step(hour, 24)
  return hours === null ? null : `every ${counted(hours, 'hour')}${past}`
}

function dayWords(day: string, weekday: string): string | null {
  if (day === '*' && weekday === '*') return 'every day'
  if (weekday === '*') return isNumber(day, 31) ? `on day ${Number(day)} of every month` : null
  if (day !== '*') return null
  const range = /^(\w+)-(\w+)$/.exec(weekday)
  if (range) {
    const [from, to] = [dayName(range[1]), dayName(range[2])]
    return from === null || to === null ? null : `from ${from} to ${to}`
  }
  const names = weekday.split(',').map(dayName)
  const known = names.filter((name) => name !== null)
  return known.length === names.length ? `every ${inARow(known)}` : null
}

function dayName(given: string | undefined): string | null {
  if (given === undefined) return null
  if (/^[0-7]$/.test(given)) return days[Number(given) % 7] ?? null
  const lower = given.toLowerCase()
  return lower.length === 3
    ? (days.find((name) => name.toLowerCase().startsWith(lower)) ?? null)
    : null
}

function clockTimes(minute: string, hour: string): string[] | null {
  const hours = hour.split(',')
  if (!isNumber(minute, 59) || hours.length > 4) return null
  if (!hours.every((one) => isNumber(one, 23))) return null
  return hours.map((one) => `${one.padStart(2, '0')}:${minute.padStart(2, '0')}`)
}

/** Only steps that come out even: others begin anew each hour or day. */
function step(field: string, whole: number): number | null {
  const every = Number(/^\*\/(\d{1,2})$/.exec(field)?.[1] ?? 0)
  return every > 1 && whole % every === 0 ? every : null
}

function isNumber(field: string, most: number): boolean {
  return /^\d{1,2}$/.test(field) && Number(field) <= most
}

function inARow(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

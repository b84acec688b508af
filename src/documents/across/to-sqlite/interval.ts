const part = /(-?\+?\d+) (days?|mons?|years?)|([-+]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?/g

/**
 * An interval as PostgreSQL writes it (IntervalStyle postgres: `-1 days +02:03:04.5`) in microseconds, as
 * Django keeps durations on SQLite. Null where months are in it: they have no length.
 */
export function microseconds(text: string): bigint | null {
  let total = 0n
  let read = ''
  for (const [found, count = '', unit = '', sign, hours = '0', minutes = '0', seconds = '0', fraction = ''] of text.matchAll(part)) {
    read += read === '' ? found : ` ${found}`
    if (unit.startsWith('mon') || unit.startsWith('year')) return null
    if (unit !== '') total += BigInt(count.replace('+', '')) * 86_400_000_000n
    else {
      const clock = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)
      const time = clock * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
      total += sign === '-' ? -time : time
    }
  } // prettier-ignore
  return read === text ? total : null
}

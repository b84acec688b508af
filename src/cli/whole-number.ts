import { InvalidArgumentError } from 'commander'

/** An option's value: 0 up to 999,999. */
export function wholeNumber(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError('Give a whole number.')
  return Number(value)
}

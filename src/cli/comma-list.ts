import { InvalidArgumentError } from 'commander'

/** `a,b` as an option's value; given again, it adds. */
export function commaList(value: string, before: readonly string[] = []): readonly string[] {
  const names = value.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Give names with commas between them.')
  return [...before, ...names]
}

import { z } from 'zod'

/** A number that a person may leave out. */
export function wholeNumberField(least: number, most: number) {
  return z
    .string()
    .trim()
    .regex(/^\d{0,9}$/, 'a whole number')
    .transform((text) => (text === '' ? null : Number(text)))
    .refine(
      (value) => value === null || (value >= least && value <= most),
      `a whole number from ${least} to ${most}`,
    )
}

/** Checkboxes of one name: none, one or several of them come. */
export function checkedOf<const T extends readonly [string, ...string[]]>(choices: T) {
  const one = z.enum(choices)
  return z.union([one.transform((value) => [value]), z.array(one).max(choices.length)]).default([])
}

import type { ChosenDatabase } from '../job-types.js'

/** Name, label and place of a database, without a secret. */
export function showAddress({ name, label, address }: ChosenDatabase): string {
  return `${name}${label === '' ? '' : ` (${label})`}, ${address.shown}`
}

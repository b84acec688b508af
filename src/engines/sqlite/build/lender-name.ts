import { randomUUID } from 'node:crypto'

/** A name that no object of the document has, for one of ours that lends its pages and goes. */
export function lenderName(): string {
  return `octavo ${randomUUID()}`
}

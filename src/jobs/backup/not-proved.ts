import { OctavoError, type ErrorRecord } from '../../core/errors.js'

export interface FailedStore {
  readonly store: string
  /** As it was thrown, or as it came over a border. */
  readonly error: ErrorRecord
}

/** The error of a backup that is not proved in every store: why in each of them, and where it is. */
export function notProved(
  what: string,
  failed: readonly [FailedStore, ...FailedStore[]],
  good: readonly { readonly store: string }[],
): OctavoError {
  const [{ store, error: first }] = failed
  const also = good.length > 0 ? `; it is in ${good.map((copy) => copy.store).join(', ')}` : ''
  const where = failed.length === 1 ? `${store}${also}: ${first.message}` : whys(failed) + also
  return new OctavoError(first.code, `${what} is not proved in ${where}`, {
    hint: [...new Set(failed.map(({ error }) => error.hint))].join(' '),
    details: first.details,
    ...(first instanceof OctavoError && { cause: first }),
  })
}

/** `one (it is full), two (no answer) and three (no answer)`. */
function whys(failed: readonly FailedStore[]): string {
  const each = failed.map(({ store, error }) => `${store} (${error.message})`)
  return `${each.slice(0, -1).join(', ')} and ${each.at(-1)}`
}

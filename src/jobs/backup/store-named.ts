import { OctavoError } from '../../core/errors.js'
import type { Store } from '../../core/store.js'
import type { KeptStore } from './backup-types.js'

/** The store of that name; `not-found` where none is configured. */
export function storeNamed(stores: readonly KeptStore[], name: string): Store {
  const found = stores.find(({ store }) => store.name === name)
  if (found) return found.store
  throw unknownStore(
    name,
    stores.map(({ store }) => store.name),
  )
}

export function unknownStore(name: string, known: readonly string[]): OctavoError {
  return new OctavoError('not-found', `no store "${name}" is configured`, {
    hint: `There is: ${known.join(', ')}.`,
  })
}

import { requireStoreName } from '../core/store-names.js'
import type { PutSource, Store, StoreCall, StoredObject } from '../core/store.js'

/** What a kind of store does at a place, with names that were checked. */
export interface StoreVerbs<P> {
  put(place: P, name: string, source: PutSource, call: StoreCall): Promise<void>
  get(place: P, name: string, call: StoreCall & { readonly start?: number }): AsyncIterable<Buffer>
  list(place: P, prefix: string, call: StoreCall): AsyncIterable<StoredObject>
  remove(place: P, name: string, call: StoreCall): Promise<void>
  /** Where there is something to end. */
  close?(place: P): Promise<void>
}

/** The store of that name at a place: what every kind does before it asks its service. */
export function storeAt<P extends Pick<Store, 'shown' | 'local'>>(
  name: string,
  place: P,
  verbs: StoreVerbs<P>,
): Store {
  const { shown, local } = place
  return {
    name,
    shown,
    local,
    put: async (object, source, call = {}) => {
      requireStoreName(object)
      await verbs.put(place, object, source, call)
    },
    get: async function* (object, call = {}) {
      requireStoreName(object)
      yield* verbs.get(place, object, call)
    },
    list: (prefix, call = {}) => verbs.list(place, prefix, call),
    remove: async (object, call = {}) => {
      requireStoreName(object)
      await verbs.remove(place, object, call)
    },
    close: async () => verbs.close?.(place),
  }
}

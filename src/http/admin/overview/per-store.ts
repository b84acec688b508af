import type { StoreTotal } from '../../../core/backups/run-page.js'

/** What each store holds, of all databases together. */
export function perStore(totals: readonly StoreTotal[]): Omit<StoreTotal, 'database'>[] {
  const stores = new Map<string, Omit<StoreTotal, 'database'>>()
  for (const { store, backups, bytes } of totals) {
    const known = stores.get(store) ?? { store, backups: 0, bytes: 0 }
    stores.set(store, { store, backups: known.backups + backups, bytes: known.bytes + bytes })
  }
  return [...stores.values()]
}

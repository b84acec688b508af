import type { StoreTotal } from '../../../core/backups/run-page.js'

export interface HeldBackups {
  readonly backups: number
  readonly bytes: number
}

/** What each store holds, of all databases. */
export function heldByStore(totals: readonly StoreTotal[]): ReadonlyMap<string, HeldBackups> {
  const held = new Map<string, HeldBackups>()
  for (const { store, backups, bytes } of totals) {
    const sum = held.get(store) ?? { backups: 0, bytes: 0 }
    held.set(store, { backups: sum.backups + backups, bytes: sum.bytes + bytes })
  }
  return held
}

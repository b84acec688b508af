import type { Store } from '../../../src/core/store.js'
import { gcsStore } from '../../../src/stores/gcs-store.js'
import type { GcsStoreOptions } from '../../../src/stores/gcs/gcs-options.js'
import type { GcsDouble } from '../gcs-double/gcs-double.js'
import { quickClock } from './quick-clock.js'

export const mebibyte = 1024 * 1024
export const chunkBytes = 4 * mebibyte

/** The bucket of a double, and stores in it; each place is a prefix of its own. */
export interface GcsLab {
  newPlace(): string
  store(place: string, options?: Partial<GcsStoreOptions>): Store
  names(place: string): string[]
  /** Uploads that were begun and did not end. */
  begun(place: string): string[]
}

export function gcsLab({ port, keys, bucket }: GcsDouble): GcsLab {
  let places = 0
  return {
    newPlace: () => `place-${(places += 1)}`,
    store: (prefix, options = {}) =>
      gcsStore({
        name: 'gcs',
        bucket: 'backups',
        credentials: keys.account,
        endpoint: `http://127.0.0.1:${port}`,
        prefix,
        clock: quickClock,
        sizes: { chunkBytes, pageSize: 30 },
        ...options,
      }),
    names: (place) => [...bucket.objects.keys()].filter((key) => key.startsWith(`${place}/`)),
    begun: (place) =>
      [...bucket.sessions.values()]
        .filter(({ key, ended }) => ended === null && key.startsWith(`${place}/`))
        .map(({ key }) => key),
  }
}

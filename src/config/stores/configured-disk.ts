import { resolve } from 'node:path'
import type { Settings } from '../config-schema.js'
import type { EntryOf } from '../store-settings.js'
import type { StoreCommon, StoreReading } from './store-reading.js'

export interface ConfiguredDisk extends StoreCommon {
  readonly kind: 'disk'
  /** Absolute. */
  readonly path: string
}

/** The entry that BACKUP_DIR stands for. */
export function diskOfSettings({ backupDir: path }: Settings): EntryOf<'disk'> | null {
  return path === undefined ? null : { type: 'disk', path }
}

export function configuredDisk(
  common: StoreCommon,
  { path }: EntryOf<'disk'>,
  { folder }: StoreReading,
): ConfiguredDisk {
  return { kind: 'disk', ...common, path: resolve(folder, path) }
}

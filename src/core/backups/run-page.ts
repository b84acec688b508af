import type { ExportFormat } from '../export-formats.js'
import type { BackupRecord, BackupStatus } from './catalog.js'

/** What the history can be sorted by. */
export const runOrders = [
  'started',
  'size',
  'duration',
  'records',
  'database',
  'status',
  'verified',
] as const

export type RunOrder = (typeof runOrders)[number]

/** Which runs; null or absent: of any. */
export interface RunFilter {
  readonly database?: string | null
  readonly label?: string | null
  readonly status?: BackupStatus | null
  readonly format?: ExportFormat | null
  /** A store that holds a copy. */
  readonly store?: string | null
  /** Part of the id, or of who started it, in any case of ASCII. */
  readonly text?: string | null
  /** Started on this day of UTC or later: `2026-11-22`. */
  readonly fromDay?: string | null
  /** Started on this day of UTC or before. */
  readonly toDay?: string | null
}

export interface RunPageWish {
  readonly filter: RunFilter
  readonly order: RunOrder
  /** Otherwise the least first. Runs that are equal in it come by their start, the newest first. */
  readonly descending: boolean
  /** So many are passed over. */
  readonly offset: number
  /** At most so many: 1 or more. */
  readonly limit: number
}

export interface RunPage {
  readonly records: readonly BackupRecord[]
  /** How many runs there are of the filter, on all pages. */
  readonly total: number
  /** Ids of entries that belong here and can't be read; they are counted in `total`. */
  readonly unreadable: readonly string[]
}

/** What the runs have, for those who choose; each sorted. */
export interface RunChoices {
  readonly databases: readonly string[]
  readonly labels: readonly string[]
  readonly stores: readonly string[]
}

/** The backups of a database that a store holds. */
export interface StoreTotal {
  readonly store: string
  readonly database: string
  readonly backups: number
  /** Of their archives. */
  readonly bytes: number
}

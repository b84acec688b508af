import type { ExportFormat } from '../../core/export-formats.js'
import type { BackupRecord, Catalog } from '../../core/backups/catalog.js'
import {
  isMade,
  isSameSeries,
  sizeChange,
  trendPoint,
  type SizeChange,
  type TrendPoint,
} from '../../core/backups/size-trend.js'

type Listing = Pick<Catalog, 'list'>

export interface TrendWish {
  readonly database: string
  /** Null: that of the newest backup. A document and a page copy differ in size by their nature. */
  readonly format: ExportFormat | null
  /** At most so many points. */
  readonly last: number
}

export interface Trend {
  readonly format: ExportFormat | null
  /** The oldest first. */
  readonly points: readonly TrendPoint[]
}

/** Runs that found nothing new are passed over, up to so many pages of them. */
const pageSize = 100
const mostPages = 20

/** The sizes and durations of the newest backups of a database. */
export async function readTrend(catalog: Listing, wish: TrendWish): Promise<Trend> {
  let { format } = wish
  const points: TrendPoint[] = []
  let before: BackupRecord | undefined
  for (let page = 0; page < mostPages && points.length < wish.last; page += 1) {
    const records = await catalog.list({
      database: wish.database,
      status: 'success',
      limit: pageSize,
      ...(format !== null && { format }),
      ...(before && { before }),
    })
    for (const record of records.filter(isMade)) {
      format ??= record.format
      if (record.format === format) points.push(trendPoint(record))
    }
    before = records.at(-1)
    if (records.length < pageSize) break
  }
  return { format, points: points.slice(0, wish.last).toReversed() }
}

/** Behind the listed runs, for the oldest of each series: more have found nothing new. */
const lookBack = 20

/** By the id of each listed backup how its size differs from the one before; newest first. */
export async function readSizeChanges(
  catalog: Listing,
  records: readonly BackupRecord[],
): Promise<ReadonlyMap<string, SizeChange>> {
  const changes = new Map<string, SizeChange>()
  const made = records.filter(isMade)
  for (const [index, record] of made.entries()) {
    const listed = made.slice(index + 1).find((other) => isSameSeries(other, record))
    const before = listed ?? (await olderOne(catalog, record))
    if (before) changes.set(record.id, sizeChange(record, before))
  }
  return changes
}

async function olderOne(catalog: Listing, record: BackupRecord) {
  const { database, label, format } = record
  const filter = { database, label, format, status: 'success', before: record } as const
  return (await catalog.list({ ...filter, limit: lookBack })).find(isMade)
}

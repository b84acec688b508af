import { z } from 'zod'
import { runOrders, type RunOrder, type RunPageWish } from '../../../core/backups/run-page.js'
import { exportFormats } from '../../../core/export-formats.js'

/** So many runs are on one page. */
export const pageRuns = 50

/** A form without a script sends its empty fields, too. */
const text = z
  .string()
  .max(200)
  .transform((sent) => sent.trim() || null)
  .default(null)

function chosen<T extends string>(values: readonly T[]) {
  return z
    .enum(['', ...values])
    .transform((sent) => (sent === '' ? null : (sent as T))) // what is left
    .default(null)
}

const day = z.union([z.literal('').transform(() => null), z.iso.date()]).default(null)

export const historyQuerySchema = z.strictObject({
  database: text,
  label: text,
  status: chosen(['success', 'failed', 'in-progress'] as const),
  format: chosen(exportFormats),
  store: text,
  text,
  from: day,
  to: day,
  sort: z.enum(runOrders).default('started'),
  way: z.enum(['up', 'down']).default('down'),
  page: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'the number of a page')
    .transform(Number)
    .default(1),
})

export type HistoryQuery = z.output<typeof historyQuerySchema>

export function pageWish(query: HistoryQuery): RunPageWish {
  const { sort, way, page, from, to, ...filter } = query
  return {
    filter: { ...filter, fromDay: from, toDay: to },
    order: sort,
    descending: way === 'down',
    offset: (page - 1) * pageRuns,
    limit: pageRuns,
  }
}

const usual: Readonly<Record<string, unknown>> = { sort: 'started', way: 'down', page: 1 }

/** The address of the history as `query` has it; what is usual is not in it. */
export function historyAddress(base: string, query: Partial<HistoryQuery>): string {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== usual[name]) words.set(name, String(value))
  const sent = words.toString()
  return `${base}/backups${sent && `?${sent}`}`
}

/** Whether runs are left out. */
export function isFiltered({
  sort: _sort,
  way: _way,
  page: _page,
  ...filter
}: HistoryQuery): boolean {
  return Object.values(filter).some((value) => value !== null)
}

/** The other way for what it is sorted by now; else what people look for first: names from a on. */
export function sortedBy(query: HistoryQuery, order: RunOrder): HistoryQuery {
  const turned = query.way === 'down' ? 'up' : 'down'
  const first = order === 'database' || order === 'status' ? 'up' : 'down'
  return { ...query, page: 1, sort: order, way: query.sort === order ? turned : first }
}

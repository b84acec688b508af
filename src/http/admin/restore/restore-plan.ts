import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import type { NamedRecord } from '../../../core/named-record.js'
import type { RestoreMode } from '../../../jobs/job-types.js'
import type { BackupSource } from '../../backups/backup-desk.js'

/** What somebody has chosen to restore, and where. */
export interface RestorePlan {
  readonly source: BackupSource
  /** The name of a configured database. */
  readonly into: string
  readonly mode: RestoreMode | null
  readonly only: readonly string[]
  readonly records: readonly NamedRecord[]
}

const names = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) => [given].flat())

/** The form of the second step. */
export const planForm = z.strictObject({
  _csrf: z.string(),
  backup: z.string().optional(),
  upload: z.string().optional(),
  into: z.string(),
  what: z.enum(['replace', 'data-only', 'merge', 'models', 'records']),
  only: names,
  records: z.string().max(16_000).default(''),
})

type Chosen = Omit<z.output<typeof planForm>, '_csrf' | 'backup' | 'upload'>

export function planOf(source: BackupSource, { into, what, only, records }: Chosen): RestorePlan {
  const plan = { source, into, only: [], records: [] }
  if (what === 'models') {
    if (only.length === 0) throw nothingChosen('no model is chosen', 'Mark the models to restore.')
    return { ...plan, mode: 'data-only', only }
  }
  if (what === 'records') return { ...plan, mode: 'merge', records: namedRecords(records) }
  return { ...plan, mode: what }
}

/** One record a line, as `MODEL:KEY`. */
function namedRecords(text: string): NamedRecord[] {
  const lines = text.split('\n').flatMap((line) => line.trim() || [])
  if (lines.length === 0)
    throw nothingChosen('no record is named', 'Write one a line, such as auth.User:7.')
  return lines.map((line) => {
    const [, model, key] = /^([^:]+):(.+)$/.exec(line) ?? []
    if (model !== undefined && key !== undefined) return { model, key }
    throw nothingChosen(
      'a line names no record',
      'Write model, colon and key, such as auth.User:7.',
    )
  })
}

function nothingChosen(message: string, hint: string): OctavoError {
  return new OctavoError('usage', message, { hint })
}

const mostPlans = 200

/** The plans whose dry runs are known, by the job of each: only what was shown can be confirmed. */
export class RestorePlans {
  readonly #plans = new Map<string, RestorePlan>()

  add(job: string, plan: RestorePlan): void {
    this.#plans.set(job, plan)
    for (const old of [...this.#plans.keys()].slice(0, -mostPlans)) this.#plans.delete(old)
  }

  /** What was confirmed is not confirmed again: by then it would change other things than it showed. */
  remove(job: string): void {
    this.#plans.delete(job)
  }

  find(job: string): RestorePlan | null {
    return this.#plans.get(job) ?? null
  }
}

/** What is restored, for a sentence: `everything`, `3 models`. */
export function shownPlan({ mode, only, records }: RestorePlan): string {
  if (records.length > 0) return `${countOf(records.length, 'record')} with the parents they need`
  if (only.length > 0) return `${countOf(only.length, 'model')}: ${only.join(', ')}`
  if (mode === 'merge') return 'all records, added or overwritten; nothing is removed'
  if (mode === 'data-only') return 'all rows, into the tables as they are now'
  return 'everything: the whole database as it was'
}

function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

import type { ExportSpool } from '../../../jobs/spool/export-spool.js'
import type { SpooledExport } from '../../../jobs/spool/spooled-export.js'

/** So many that nobody may fetch any more are remembered at most. */
const mostKnown = 200

/** The exports that were made on a page, by the job that made each, while the spool has them. */
export class ExportDownloads {
  readonly #spool: ExportSpool
  readonly #made = new Map<string, { readonly export: SpooledExport; isFetched: boolean }>()

  constructor(spool: ExportSpool) {
    this.#spool = spool
  }

  add(job: string, made: SpooledExport): void {
    this.#made.set(job, { export: made, isFetched: false })
    for (const old of [...this.#made.keys()].slice(0, -mostKnown)) this.#made.delete(old)
  }

  /** Null once the spool has removed it. */
  find(job: string): SpooledExport | null {
    const made = this.#made.get(job)?.export
    return (made && this.#spool.find((one) => one === made)) ?? null
  }

  noteFetched(job: string): void {
    const entry = this.#made.get(job)
    if (entry) entry.isFetched = true
  }

  /** Whether its download is still to begin by itself. */
  isWaiting(job: string): boolean {
    return this.find(job) !== null && this.#made.get(job)?.isFetched === false
  }
}

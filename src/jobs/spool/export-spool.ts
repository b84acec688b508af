import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatSuffixes } from '../../core/export-formats.js'
import { foldCase } from '../../core/fold-case.js'
import type { Clock } from '../../core/clock.js'
import { OctavoError } from '../../core/errors.js'
import type { Space } from '../../core/files/free-space.js'
import type { OnProgress } from '../../core/progress.js'
import { hasLongSteps } from '../export/has-long-steps.js'
import type { JobContext } from '../job-context.js'
import type { RunJob } from '../wall/run-job.js'
import { KeptExports } from './kept-exports.js'
import { SharedWork } from './shared-work.js'
import { SpaceLedger } from './space-ledger.js'
import { SpoolFolder } from './spool-folder.js'
import { SpooledExport, type ExportWish } from './spooled-export.js'

export interface SpoolOptions {
  readonly folder: string
  readonly clock: Clock
  readonly runJob: RunJob
  /** How many exports may run at the same time. */
  readonly concurrency: number
  /** How long, and how many at most, finished exports are kept that nobody is reading. */
  readonly keepMs: number
  readonly keepCount: number
  readonly busyTimeoutMs: number
  readonly sample: boolean
  readonly freeSpace: (folder: string) => Promise<number>
  /** Told what an export needs and what is free, before it begins. */
  readonly onSpace: (wish: ExportWish, space: Space) => void
}

/** An equal wish within this time of the first one is a double click, not a wish for newer data. */
const shareMs = 1_000

/** Makes exports into files and keeps them for a while, so that no client ever holds a snapshot. */
export class ExportSpool {
  readonly #options: SpoolOptions
  readonly #folder: SpoolFolder
  readonly #kept: KeptExports
  readonly #space: SpaceLedger
  readonly #running = new Map<SharedWork<SpooledExport>, string>()
  #closing = false
  #lastTookMs = 0

  private constructor(options: SpoolOptions, folder: SpoolFolder) {
    this.#options = options
    this.#folder = folder
    this.#kept = new KeptExports(options)
    this.#space = new SpaceLedger({
      folder: folder.path,
      onSpace: options.onSpace,
      freeSpace: () => options.freeSpace(folder.path),
      makeRoom: () => this.#kept.removeIdle(),
    })
  }

  static async open(options: SpoolOptions): Promise<ExportSpool> {
    return new ExportSpool(options, await SpoolFolder.open(options.folder))
  }

  /**
   * Exports, and resolves when the file is complete; the caller must `hold` it in the same turn. Ends
   * the job when every caller's `signal` is aborted. `too-many-exports`: all places are taken;
   * `space-short`: the spool can't hold it.
   */
  async export(
    wish: ExportWish,
    signal: AbortSignal,
    onProgress?: OnProgress,
  ): Promise<SpooledExport> {
    if (this.#closing) throw shuttingDown()
    const work = this.#find(wish) ?? this.#start(wish)
    try {
      return await work.join(signal, onProgress)
    } catch (error) {
      if (this.#closing && !signal.aborted) throw shuttingDown(error)
      throw error
    }
  }

  /** A finished export that is still there, the newest first. */
  find(matches: (spooled: SpooledExport) => boolean): SpooledExport | undefined {
    return this.#kept.find(matches)
  }

  #find(wish: ExportWish): SharedWork<SpooledExport> | undefined {
    const key = wishKey(wish)
    const now = this.#options.clock.now().getTime()
    for (const [work, runningKey] of this.#running)
      if (runningKey === key && !work.stopped && now - work.startedAt.getTime() < shareMs)
        return work
    return undefined
  }

  #start(wish: ExportWish): SharedWork<SpooledExport> {
    const { concurrency, clock } = this.#options
    if (this.#running.size >= concurrency)
      throw new OctavoError('too-many-exports', `${concurrency} exports are running already`, {
        details: { retryAfterSeconds: Math.max(5, Math.ceil(this.#lastTookMs / 1000)) },
      })
    const work = new SharedWork(clock.now(), (stopped, onProgress) =>
      this.#make(wish, stopped, onProgress),
    )
    this.#running.set(work, wishKey(wish))
    void work.settled().then(() => this.#running.delete(work))
    return work
  }

  async #make(
    wish: ExportWish,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<SpooledExport> {
    await this.#folder.removeLeftovers()
    const giveBack = await this.#space.reserve(wish)
    const folder = await this.#folder.jobFolder()
    try {
      const spooled = await this.#run(wish, folder, { signal, onProgress })
      this.#lastTookMs = spooled.tookMs
      return spooled
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    } finally {
      giveBack()
    }
  }

  async #run(
    wish: ExportWish,
    folder: string,
    { signal, onProgress }: JobContext,
  ): Promise<SpooledExport> {
    const { clock, runJob, sample, busyTimeoutMs } = this.#options
    const at = clock.now()
    const input = {
      database: wish.database,
      format: wish.format,
      verify: wish.verify,
      sample,
      at: at.toISOString(),
      file: join(folder, `export${formatSuffixes[wish.format]}`),
      busyTimeoutMs,
      temporary: true as const,
      ...(wish.models.length > 0 && { models: wish.models }),
    }
    const wall = hasLongSteps(wish) ? 'process' : 'thread'
    const result = await runJob('export', input, { wall, signal, onProgress })
    if (signal.aborted) throw new OctavoError('aborted', 'nobody waits for the export any more')
    const tookMs = clock.now().getTime() - at.getTime()
    return this.#kept.add({ wish, at, tookMs, folder, result })
  }

  /** No new exports from now on; those that run are told to end. Resolves when they have. */
  async stop(): Promise<void> {
    this.#closing = true
    const running = [...this.#running.keys()]
    for (const work of running) work.stop()
    await Promise.all(running.map((work) => work.settled()))
  }

  /** Stops, and removes everything that is spooled. May be called again. */
  async close(): Promise<void> {
    await this.stop()
    await this.#kept.close()
    await this.#folder.close()
  }
}

/** Equal for wishes that the same export answers. */
export function wishKey(wish: ExportWish): string {
  const models = wish.models.map(foldCase).toSorted()
  return JSON.stringify([wish.database.name, wish.format, models, wish.verify])
}

function shuttingDown(cause?: unknown): OctavoError {
  return new OctavoError('shutting-down', 'the service is shutting down', { cause })
}

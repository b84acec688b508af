import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChosenDatabase, ExportFormat, ExportResult } from '../job-types.js'
import { compressFile } from './compress-file.js'
import { SharedWork } from './shared-work.js'
import type { SpooledFile } from './spooled-file.js'

/** What is to be exported. No models: all of them. */
export interface ExportWish {
  readonly database: ChosenDatabase
  readonly format: ExportFormat
  readonly models: readonly string[]
  readonly verify: boolean
}

export interface Finished {
  readonly wish: ExportWish
  readonly at: Date
  readonly tookMs: number
  readonly folder: string
  readonly result: ExportResult
}

/** A finished export in the spool, there for as long as someone holds it, and a while longer. */
export class SpooledExport {
  readonly wish: ExportWish
  /** The instant that the document carries. */
  readonly at: Date
  readonly tookMs: number
  readonly result: ExportResult
  readonly plain: SpooledFile
  readonly #folder: string
  readonly #onIdle: () => void
  #holders = 0
  #gzip: SharedWork<SpooledFile> | undefined

  constructor(finished: Finished, onIdle: () => void) {
    const { result } = finished
    this.wish = finished.wish
    this.at = finished.at
    this.tookMs = finished.tookMs
    this.result = result
    this.plain = { path: result.file, bytes: result.bytes, sha256: result.fileSha256 }
    this.#folder = finished.folder
    this.#onIdle = onIdle
  }

  get idle(): boolean {
    return this.#holders === 0
  }

  /** What tells this content from another: equal for equal content, whenever it was exported. */
  get contentSha256(): string {
    return this.result.contentSha256 ?? this.result.fileSha256
  }

  /** Keeps the files until the returned function is called; calling it again does nothing. */
  hold(): () => void {
    this.#holders += 1
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#holders -= 1
      if (this.idle) this.#onIdle()
    }
  }

  /** The export as gzip, made at the first call. The caller holds the export. */
  gzip(signal: AbortSignal): Promise<SpooledFile> {
    if (this.#gzip === undefined || this.#gzip.stopped)
      this.#gzip = this.#compress(this.#gzip?.settled())
    return this.#gzip.join(signal)
  }

  #compress(before: Promise<void> = Promise.resolve()): SharedWork<SpooledFile> {
    const to = join(this.#folder, 'export.gz')
    return new SharedWork(this.at, async (stopped) => {
      await before
      return compressFile(this.plain.path, to, stopped)
    })
  }

  /** Removes the files; an answer that has them open goes on to its end. */
  async remove(): Promise<void> {
    this.#gzip?.stop()
    await this.#gzip?.settled()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

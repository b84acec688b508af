import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OctavoError } from '../core/errors.js'
import type { Clock } from '../core/clock.js'
import type { ArchiveLimits } from './archive-types.js'
import { backupAddress } from './backup-address.js'
import { documentLimit } from './document-limit.js'
import { DownloadPart } from './download-part.js'
import type { Listeners } from './listeners.js'
import { requestExport, type DownloadedExport } from './request-export.js'
import { askUntilUp } from './service-wait.js'

const minuteMs = 60_000

export interface DownloadOptions extends Listeners {
  readonly backupUrl: string
  readonly backupKey: string
  readonly folder: string
  readonly limits: ArchiveLimits
  readonly clock: Clock
}

/**
 * Fetches a verified export into a file of `folder`, waiting for a service that is not up yet. A
 * download that was cut goes on where it was, as long as the service keeps that export.
 */
export async function downloadExport(options: DownloadOptions): Promise<DownloadedExport> {
  const { folder, limits, clock, onProgress } = options
  const url = backupAddress(options.backupUrl)
  if (options.backupKey === '')
    throw new OctavoError('config-invalid', 'BACKUP_API_KEY is empty', {
      hint: 'Set it to the key of the service: on GitHub as a secret of the repository.',
    })
  const deadline = new Deadline(limits.downloadMs ?? 30 * minuteMs, options.signal)
  const file = join(folder, `download-${randomBytes(6).toString('hex')}.json`)
  const part = new DownloadPart(`${file}.part`)
  const ask = async () => {
    try {
      return await requestExport({
        url,
        key: options.backupKey,
        file,
        part,
        folder,
        maxBytes: limits.documentBytes ?? documentLimit,
        answerMs: limits.answerMs ?? 15 * minuteMs,
        silenceMs: limits.silenceMs ?? 2 * minuteMs,
        signal: deadline.signal,
        ...(onProgress ? { onProgress } : {}),
      })
    } catch (error) {
      await rm(file, { force: true })
      throw error
    }
  }
  try {
    return await askUntilUp(ask, {
      waitMs: limits.serviceWaitMs ?? 10 * minuteMs,
      clock,
      signal: deadline.signal,
      onWait: ({ message }, pauseMs) =>
        onProgress?.({ phase: `waiting ${Math.round(pauseMs / 1000)} s: ${message}` }),
    })
  } finally {
    deadline.end()
  }
}

/** The caller's signal, and the end of the time allowed. */
class Deadline {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly signal: AbortSignal

  constructor(ms: number, outer?: AbortSignal) {
    this.#timer = setTimeout(() => {
      const minutes = Math.round(ms / minuteMs)
      this.#controller.abort(
        new OctavoError('fetch-failed', `the export was not there after ${minutes} minutes`),
      )
    }, ms)
    this.signal = outer
      ? AbortSignal.any([outer, this.#controller.signal])
      : this.#controller.signal
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

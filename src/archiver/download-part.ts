import { rm, stat, truncate } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { isMissing } from '../core/files/file-failure.js'
import { OctavoError } from '../core/errors.js'

/**
 * What has arrived of one answer, as it was sent: where a connection was cut, the next request goes on
 * from there. Only a strong entity tag allows that, so that two exports are never joined.
 */
export class DownloadPart {
  readonly file: string
  #tag: string | null = null
  #total: number | null = null
  #start = 0

  constructor(file: string) {
    this.file = file
  }

  /** How many bytes were there before the answer that is being read. */
  get start(): number {
    return this.#start
  }

  /** Of the whole representation; null where the service did not say. */
  get total(): number | null {
    return this.#total
  }

  /** The headers that ask for the rest; none where there is nothing to go on from. */
  async headers(): Promise<Record<string, string>> {
    this.#start = this.#tag === null ? 0 : await sizeOf(this.file)
    if (this.#tag === null || this.#start === 0 || this.#start === this.#total) return {}
    return { range: `bytes=${this.#start}-`, 'if-range': this.#tag }
  }

  /** True where the answer is the rest that was asked for; the file stays as it is then. */
  async goesOn(answer: IncomingMessage): Promise<boolean> {
    const { statusCode, headers } = answer
    if (this.#tag === null || (statusCode !== 206 && statusCode !== 416)) return false
    const [, start = '', total = ''] =
      /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '') ?? []
    const isRest =
      statusCode === 206 &&
      headers.etag === this.#tag &&
      Number(start) === this.#start &&
      (this.#total === null || Number(total) === this.#total)
    if (isRest) {
      this.#total = Number(total)
      return true
    }
    await this.#forget()
    throw new OctavoError('fetch-failed', 'the download could not go on where it was cut', {
      hint: 'Run it again: the next download begins anew.',
    })
  }

  /** A whole new answer: what was there before is dropped. */
  async beginAnew({ headers }: IncomingMessage): Promise<void> {
    await this.#forget()
    this.#tag = /^"[^"]*"$/.test(headers.etag ?? '') ? (headers.etag ?? null) : null
    const length = headers['content-length']
    this.#total = length === undefined ? null : Number(length)
  }

  async #forget(): Promise<void> {
    this.#tag = null
    this.#total = null
    this.#start = 0
    await truncate(this.file, 0).catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true })
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

import type { Readable, Writable } from 'node:stream'
import pg from 'pg'
import copyStreams from 'pg-copy-streams'
import { OctavoError } from '../../../core/errors.js'
import { serverFailure } from './server-error.js'
import { settingsSql } from './session-settings.js'

/** Every value as the server spells it. */
export type Row = readonly (string | null)[]

const asText = { getTypeParser: () => (text: string) => text }

export interface SessionParts {
  readonly client: pg.Client
  /** The address as it may be printed. */
  readonly shown: string
  /** `150013`: what the server calls its number. */
  readonly versionNumber: number
  readonly version: string
  readonly encoding: string
  readonly lockTimeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** One connection to a server; its statements come one after another. */
export class Session {
  readonly shown: string
  readonly versionNumber: number
  readonly version: string
  readonly encoding: string
  readonly #client: pg.Client
  readonly #lockTimeoutMs: number
  readonly #signal: AbortSignal | undefined
  readonly #stop = (): void => this.#destroy()
  #closed = false

  constructor(parts: SessionParts) {
    this.shown = parts.shown
    this.versionNumber = parts.versionNumber
    this.version = parts.version
    this.encoding = parts.encoding
    this.#client = parts.client
    this.#lockTimeoutMs = parts.lockTimeoutMs
    this.#signal = parts.signal
    parts.signal?.addEventListener('abort', this.#stop)
    if (parts.signal?.aborted === true) this.#destroy()
  }

  /** Begins a transaction under our settings. No statement of it takes the snapshot yet. */
  async begin(characteristics: string): Promise<void> {
    await this.run(
      `BEGIN ${characteristics};\n${settingsSql(this.#lockTimeoutMs, this.versionNumber)}`,
    )
  }

  /** One statement, and its rows. `what` completes an error: "could not …". */
  async rows(sql: string, what: string, values: readonly string[] = []): Promise<Row[]> {
    return await this.#asked(what, async () => {
      const query = { text: sql, values: [...values], rowMode: 'array', types: asText } as const
      const { rows } = await this.#client.query<(string | null)[]>(query)
      return rows
    })
  }

  /** The only value of the only row. */
  async value(sql: string, what: string, values: readonly string[] = []): Promise<string> {
    const [row] = await this.rows(sql, what, values)
    return row?.[0] ?? ''
  }

  /** One statement or several, for what they do. */
  async run(sql: string, what = 'a transaction could not be begun or ended'): Promise<void> {
    await this.#asked(what, async () => {
      await this.#client.query(sql)
    })
  }

  /** The bytes of `COPY … TO STDOUT`. A reader that stops early ends the session. */
  copyOut(sql: string): Readable {
    this.#requireOpen()
    return this.#client.query(copyStreams.to(sql))
  }

  /** Takes the bytes of `COPY … FROM STDIN`. */
  copyIn(sql: string): Writable {
    this.#requireOpen()
    return this.#client.query(copyStreams.from(sql))
  }

  /** May be called twice. An open transaction is rolled back by the server. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#stop)
    if (this.#closed) return
    this.#closed = true
    await this.#client.end().catch(() => undefined) // it is gone, which is all that was wanted
  }

  /** Ends the connection at once, in the middle of a statement too. */
  destroy(): void {
    this.#signal?.removeEventListener('abort', this.#stop)
    this.#destroy()
  }

  /** An error of a statement in our words; one that a request to stop has caused says that. */
  failure(error: unknown, what: string): OctavoError {
    if (this.#signal?.aborted === true)
      return new OctavoError('aborted', 'the job was stopped before it ended', { cause: error })
    return serverFailure(error, `${this.shown}: ${what}`)
  }

  #destroy(): void {
    this.#closed = true
    // `connection` is not in the types; its stream is the socket.
    const { connection } = this.#client as unknown as {
      readonly connection: { readonly stream: { destroy(): void } }
    }
    connection.stream.destroy()
  }

  #requireOpen(): void {
    this.#signal?.throwIfAborted()
    if (this.#closed)
      throw new OctavoError('internal', `the connection to ${this.shown} is closed already`)
  }

  async #asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
    this.#requireOpen()
    try {
      return await ask()
    } catch (error) {
      throw this.failure(error, what)
    }
  }
}

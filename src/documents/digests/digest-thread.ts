import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  type DigestMemory,
  type FromDigestThread,
  slotBytes,
  slots,
  type ToDigestThread,
} from './digest-messages.js'
import type { Digests, RunningDigest } from './digests.js'

const entry = new URL(`./digest-thread-entry${extname(import.meta.url)}`, import.meta.url)

interface Waiting<T> {
  resolve(value: T): void
  reject(error: Error): void
}

/**
 * Digests in a thread of their own, so that the one that reads the database need not stop for them.
 * Bytes cross in a few slots of shared memory: whoever is too fast waits for a free one.
 */
export class DigestThread implements Digests {
  readonly #memory = new SharedArrayBuffer(slots * slotBytes)
  readonly #worker: Worker
  readonly #free = Array.from({ length: slots }, (_, slot) => slot)
  readonly #forSlot: Waiting<number>[] = []
  readonly #forDigest: Waiting<string>[] = []
  #digests = 0
  #failure: Error | null = null

  constructor() {
    const workerData: DigestMemory = { memory: this.#memory }
    this.#worker = new Worker(entry, { workerData })
    this.#worker.on('message', (message: FromDigestThread) => this.#receive(message))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(ended()))
  }

  begin(): RunningDigest {
    const id = this.#digests
    this.#digests += 1
    return {
      update: async (bytes) => {
        for (let from = 0; from < bytes.length; from += slotBytes)
          await this.#send(id, bytes.subarray(from, from + slotBytes))
      },
      digest: async () => await this.#ask(id),
    }
  }

  /** Whoever still waits gets an error. */
  async close(): Promise<void> {
    this.#fail(ended())
    await this.#worker.terminate()
  }

  async #send(id: number, bytes: Buffer): Promise<void> {
    const slot = await this.#slot()
    Buffer.from(this.#memory, slot * slotBytes, slotBytes).set(bytes)
    this.#post({ kind: 'update', id, slot, bytes: bytes.length })
  }

  async #slot(): Promise<number> {
    if (this.#failure) throw this.#failure
    const slot = this.#free.pop()
    if (slot !== undefined) return slot
    return await new Promise((resolve, reject) => this.#forSlot.push({ resolve, reject }))
  }

  async #ask(id: number): Promise<string> {
    if (this.#failure) throw this.#failure
    this.#post({ kind: 'digest', id })
    return await new Promise((resolve, reject) => this.#forDigest.push({ resolve, reject }))
  }

  #post(message: ToDigestThread): void {
    this.#worker.postMessage(message)
  }

  #receive(message: FromDigestThread): void {
    if (message.kind === 'digest') return this.#forDigest.shift()?.resolve(message.hex)
    const next = this.#forSlot.shift()
    if (next) next.resolve(message.slot)
    else this.#free.push(message.slot)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const waiting of [...this.#forSlot, ...this.#forDigest]) waiting.reject(this.#failure)
    this.#forSlot.length = 0
    this.#forDigest.length = 0
  }
}

function ended(): Error {
  return new Error('the thread of the digests has ended')
}

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { messageOf } from '../../core/message-of.js'

/** A log that goes on and on keeps its beginning and its end: both together, in bytes. */
const headBytes = 150_000
const tailBytes = 40_000
/** Of one line, in characters. */
const longestLine = 4_000

/** Where the lines of one run go. A log that can't be written keeps no backup from being made. */
export class RunLogWriter {
  readonly #folder: string
  readonly #path: string
  readonly #onFault: (message: string) => void
  #descriptor: number | null = null
  #isOver = false
  /** Told before the file was there. */
  #early: Buffer[] = []
  #written = 0
  /** The last lines, once the beginning is full. */
  #tail: Buffer[] = []
  #tailSize = 0
  #leftOut = 0

  constructor(folder: string, path: string, onFault: (message: string) => void) {
    this.#folder = folder
    this.#path = path
    this.#onFault = onFault
  }

  /** Makes the file: a run that another one kept from beginning leaves none. */
  begin(): void {
    this.#trying(() => {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      this.#descriptor = openSync(this.#path, 'wx', 0o600)
    })
    for (const line of this.#early.splice(0)) this.#write(line)
  }

  line(text: string, at: Date): void {
    const second = at.toISOString().slice(0, 19).replace('T', ' ')
    const cut = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text
    const line = Buffer.from(`[${second}] ${cut}\n`)
    if (this.#isOver) return
    if (this.#descriptor === null) this.#early.push(line)
    else if (this.#tail.length === 0 && this.#written + line.length <= headBytes) this.#write(line)
    else this.#keepLast(line)
  }

  end(): void {
    if (this.#leftOut > 0) this.#write(Buffer.from(`… ${this.#leftOut} lines were left out …\n`))
    for (const line of this.#tail.splice(0)) this.#write(line)
    this.#trying(() => this.#close())
    this.#isOver = true
  }

  #keepLast(line: Buffer): void {
    this.#tail.push(line)
    this.#tailSize += line.length
    while (this.#tailSize > tailBytes) {
      this.#tailSize -= this.#tail.shift()?.length ?? 0
      this.#leftOut += 1
    }
  }

  #write(line: Buffer): void {
    this.#trying(() => {
      if (this.#descriptor !== null) this.#written += writeSync(this.#descriptor, line)
    })
  }

  #trying(work: () => void): void {
    if (this.#isOver) return
    try {
      work()
    } catch (error) {
      this.#isOver = true
      this.#onFault(`the log of this run can't be kept: ${messageOf(error)}`)
    }
  }

  #close(): void {
    const descriptor = this.#descriptor
    this.#descriptor = null
    if (descriptor !== null) closeSync(descriptor)
  }
}

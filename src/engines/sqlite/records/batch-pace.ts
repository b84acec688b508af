import { chunkBytes } from './record-reader.js'
import type { Grade } from './value-sql.js'

const mostRows = 20_000
const fewestRows = 16
/** So many batches keep the grade, and the number of rows, that an odd one has led to. */
const patience = 15

/** How many rows a batch takes, and how carefully they are read: learned from the batches before. */
export class BatchPace {
  readonly #first: Grade
  #grade: Grade
  #rows = fewestRows
  #ceiling = mostRows
  #sinceRaised = 0
  #sinceShrunk = 0

  constructor(first: Grade) {
    this.#first = first
    this.#grade = first
  }

  get grade(): Grade {
    return this.#grade
  }

  get rows(): number {
    return this.#rows
  }

  raiseGrade(): void {
    this.#grade = this.#grade === 'fast' ? 'careful' : 'exact'
    this.#sinceRaised = 0
  }

  /** After a batch that held a value far beyond the others'. */
  shrink(): void {
    this.#rows = Math.max(1, Math.floor(this.#rows / 8))
    this.#ceiling = Math.max(1, this.#rows * 4)
    this.#sinceShrunk = 0
  }

  /** After a batch that was read: aims at the size of a chunk. */
  learn(rows: number, bytes: number): void {
    this.#sinceRaised += 1
    this.#sinceShrunk += 1
    if (this.#sinceRaised > patience) this.#grade = this.#first
    if (this.#sinceShrunk > patience) this.#ceiling = mostRows
    const fitting = Math.ceil((chunkBytes * rows) / bytes)
    this.#rows = Math.max(1, Math.min(fitting, this.#rows * 8, this.#ceiling))
  }
}

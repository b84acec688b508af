import type { PartSizes } from './part-sizes.js'
import { recordHash } from './record-hash.js'

const record = '{'.charCodeAt(0)
const modelsBegin = Buffer.from('"models":{')
const modelsEnd = Buffer.from('},')

/**
 * Finds where a document is cut. A place to cut is the end of a record whose key's hash says so; it
 * becomes a cut where the place before it is far enough. Both look at the near records only, so a
 * change in one place moves no cut in another: a changed record changes two parts at most.
 */
export class CutFinder {
  /** Ends of parts, ascending. */
  readonly ends: number[] = []
  readonly #sizes: PartSizes
  #section: 'head' | 'models' | 'closing' = 'head'
  /** The last place where a cut may be, whether or not one is there. */
  #place = 0

  constructor(sizes: PartSizes) {
    this.#sizes = sizes
  }

  /** One line after the other: where it begins and ends (behind its line break), and its first bytes. */
  line(start: number, end: number, text: Buffer): void {
    if (this.#section === 'models' && text.equals(modelsEnd)) {
      this.#cut(start)
      this.#section = 'closing'
    }
    this.#bound(start, end)
    if (this.#section === 'head' && text.equals(modelsBegin)) {
      this.#cut(end)
      this.#place = end
      this.#section = 'models'
    } else if (this.#section === 'models' && text[0] === record) this.#record(start, end, text)
  }

  /** Call once, with the size of the document. */
  finish(size: number): void {
    this.#cut(size)
  }

  #record(start: number, end: number, text: Buffer): void {
    const { usual, least } = this.#sizes
    if (recordHash(text) >= ((end - start) / usual) * 2 ** 32) return
    if (end - this.#place >= least) this.#cut(end)
    this.#place = end
  }

  /** Only where the records are very large: a part may not grow beyond what the host takes. */
  #bound(start: number, end: number): void {
    const { most } = this.#sizes
    if (end - (this.ends.at(-1) ?? 0) <= most) return
    this.#cut(start)
    for (let inside = start + most; inside < end; inside += most) this.#cut(inside)
  }

  #cut(at: number): void {
    if (at > (this.ends.at(-1) ?? 0)) this.ends.push(at)
  }
}

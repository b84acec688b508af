import type { ModelDiff } from '../core/document-diff.js'
import { recordKey } from './record-key.js'

/** Where a record stood in its document; the first differences are those that stood first. */
export interface FoundLine {
  readonly ordinal: number
  readonly line: string
}

/** Counts the differences of one model and keeps the first few of them. */
export class ModelDifference {
  readonly #model: string
  readonly #show: number
  readonly #shown: { ordinal: number; a: string | null; b: string | null }[] = []
  #added = 0
  #changed = 0
  #removed = 0

  constructor(model: string, show: number) {
    this.#model = model
    this.#show = show
  }

  add(a: FoundLine | null, b: FoundLine | null): void {
    if (!a) this.#added += 1
    else if (!b) this.#removed += 1
    else this.#changed += 1
    const ordinal = a?.ordinal ?? b?.ordinal ?? 0
    this.#shown.push({ ordinal, a: a?.line ?? null, b: b?.line ?? null })
    if (this.#shown.length > this.#show * 2) this.#trim()
  }

  result(): ModelDiff {
    this.#trim()
    return {
      model: this.#model,
      added: this.#added,
      changed: this.#changed,
      removed: this.#removed,
      shown: this.#shown.map(({ a, b }) => ({ key: recordKey(a ?? b ?? ''), a, b })),
    }
  }

  #trim(): void {
    this.#shown.sort((left, right) => left.ordinal - right.ordinal)
    this.#shown.length = Math.min(this.#shown.length, this.#show)
  }
}

import type { RetentionCandidate } from './candidate.js'

/** Words for a person, by the backup that they are about. */
export class Reasons {
  readonly #words = new Map<RetentionCandidate, string[]>()

  add(backup: RetentionCandidate, words: string): void {
    const known = this.#words.get(backup)
    if (known) known.push(words)
    else this.#words.set(backup, [words])
  }

  has(backup: RetentionCandidate): boolean {
    return this.#words.has(backup)
  }

  of(backup: RetentionCandidate): readonly string[] {
    return this.#words.get(backup) ?? []
  }
}

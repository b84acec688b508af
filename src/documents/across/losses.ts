/** What could not be carried from one engine to another, counted, for people to read. */
export class Losses {
  readonly #counts = new Map<string, number>()
  readonly #notes: string[] = []

  /** Something that is not there in the other engine. */
  note(text: string): void {
    this.#notes.push(text)
  }

  /** A value that had to become another one; `what` completes "3 values of …". */
  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  lines(): string[] {
    const counted = [...this.#counts].map(
      ([what, count]) => `${count} ${count === 1 ? 'value' : 'values'} of ${what}`,
    )
    return [...this.#notes, ...counted]
  }
}

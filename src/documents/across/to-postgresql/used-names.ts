/** Tables, indexes and sequences share one space of names in a schema, of 63 bytes each. */
export class UsedNames {
  readonly #used: Set<string>

  constructor(names: readonly string[]) {
    this.#used = new Set(names)
  }

  /** The name, or one like it that is free. */
  take(name: string): string {
    for (let number = 0; ; number += 1) {
      const end = number === 0 ? '' : `_${number}`
      const free = `${cut(name, 63 - end.length)}${end}`
      if (this.#used.has(free)) continue
      this.#used.add(free)
      return free
    }
  }
}

function cut(name: string, bytes: number): string {
  let short = name
  while (Buffer.byteLength(short) > bytes) short = short.replace(/.$/su, '')
  return short
}

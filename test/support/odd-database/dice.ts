/** Chance that depends on a seed alone (the generator known as xorshift128). */
export class Dice {
  readonly #state: Uint32Array

  constructor(seed: number) {
    this.#state = Uint32Array.of(seed + 1, 0x9e3779b9, 0x243f6a88 ^ seed, 0xb7e15162)
    for (let round = 0; round < 24; round += 1) this.bits()
  }

  /** 32 random bits. */
  bits(): number {
    const [x = 1, y = 2, z = 3, w = 4] = this.#state
    const t = x ^ (x << 11)
    this.#state.set([y, z, w, w ^ (w >>> 19) ^ t ^ (t >>> 8)])
    return this.#state[3] ?? 0
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return this.bits() % limit
  }

  chance(probability: number): boolean {
    return this.bits() / 4294967296 < probability
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }

  /** Any of the list, undefined only where it is empty. */
  any<T>(list: readonly T[]): T | undefined {
    return list[this.below(Math.max(list.length, 1))]
  }

  /** Some of the list in random order, at least `least`. */
  some<T>(list: readonly T[], least: number, most: number): T[] {
    const pool = [...list]
    const count = Math.min(least + this.below(most - least + 1), pool.length)
    return Array.from({ length: count }, () => pool.splice(this.below(pool.length), 1)).flat()
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { oneByOne } from './one-by-one.js'

/** What scrypt is asked for (RFC 7914): memory and time grow with `N` times `r`. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** 128 MiB and a third of a second for each try. */
export const usualCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 }

export interface PasswordHash extends ScryptCost {
  readonly salt: Buffer
  readonly hash: Buffer
}

const hashBytes = 32

export async function hashPassword(password: string, cost: ScryptCost): Promise<PasswordHash> {
  const salt = randomBytes(16)
  return { ...cost, salt, hash: await derive(password, salt, cost) }
}

export async function isPasswordOf(password: string, known: PasswordHash): Promise<boolean> {
  const found = await derive(password, known.salt, known)
  return found.length === known.hash.length && timingSafeEqual(found, known.hash)
}

/** What a password of nobody is checked against: it takes as long, and is never right. */
export function hashOfNobody(cost: ScryptCost): PasswordHash {
  return { ...cost, salt: randomBytes(16), hash: randomBytes(hashBytes) }
}

/** One at a time: many at once would take the memory of a small machine. */
const turns = oneByOne(20)

function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  const maxmem = 128 * r * (N + p + 2)
  return turns(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, hashBytes, { N, r, p, maxmem }, (error, key) =>
          error ? reject(error) : resolve(key),
        )
      }),
  )
}

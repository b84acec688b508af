import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derivePbkdf2 = promisify(pbkdf2)

/** Null: it is hashed in a way that is not read here, argon2 say. */
export type PasswordCheck = boolean | null

/**
 * Whether a password is the one that Django stored: `pbkdf2_sha256$260000$SALT$HASH`, `pbkdf2_sha1`, or
 * `scrypt$N$SALT$R$P$HASH` (django.contrib.auth.hashers). Takes its time in a thread of the pool.
 */
export async function checkPassword(password: string, stored: string): Promise<PasswordCheck> {
  const [algorithm = '', ...parts] = stored.split('$')
  if (algorithm === 'pbkdf2_sha256') return await ofPbkdf2(password, parts, 'sha256')
  if (algorithm === 'pbkdf2_sha1') return await ofPbkdf2(password, parts, 'sha1')
  if (algorithm === 'scrypt') return await ofScrypt(password, parts)
  return null
}

/** Above it somebody wrote the row to keep us busy; Django 6 has 1.2 million. */
const mostIterations = 10_000_000

async function ofPbkdf2(
  password: string,
  [count = '', salt = '', hash = '', ...more]: readonly string[],
  digest: 'sha256' | 'sha1',
): Promise<PasswordCheck> {
  const iterations = Number(count)
  const fits = Number.isInteger(iterations) && iterations > 0 && iterations <= mostIterations
  const known = Buffer.from(hash, 'base64')
  if (!fits || more.length > 0 || known.length === 0) return null
  return isSame(await derivePbkdf2(password, salt, iterations, known.length, digest), known)
}

const mostMemory = 256 * 1024 * 1024

async function ofScrypt(
  password: string,
  [n = '', salt = '', r = '', p = '', hash = '', ...more]: readonly string[],
): Promise<PasswordCheck> {
  const cost = { N: Number(n), r: Number(r), p: Number(p), maxmem: mostMemory }
  const known = Buffer.from(hash, 'base64')
  const memory = 128 * cost.N * cost.r
  if (!(memory > 0 && memory < mostMemory && cost.p > 0 && cost.p <= 16)) return null
  if (more.length > 0 || known.length === 0) return null
  return isSame(await deriveScrypt(password, salt, known.length, cost), known)
}

function deriveScrypt(
  password: string,
  salt: string,
  bytes: number,
  cost: { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, cost, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function isSame(found: Buffer, known: Buffer): boolean {
  return found.length === known.length && timingSafeEqual(found, known)
}

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { roles, type Person, type User } from '../../core/people.js'
import type { PasswordHash } from './password-hash.js'

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'))
const instant = z.iso.datetime().transform((at) => new Date(at))

const fileSchema = z
  .strictObject({
    octavo_user: z.literal(1),
    name: z.string().max(64),
    role: z.enum(roles),
    password: z.strictObject({
      algorithm: z.literal('scrypt'),
      n: z
        .int()
        .min(2)
        .max(2 ** 20),
      r: z.int().min(1).max(32),
      p: z.int().min(1).max(16),
      salt: base64,
      hash: base64.refine(({ length }) => length >= 16),
    }),
    stamp: z.string().min(16),
    created_at: instant,
    password_set_at: instant,
  })
  .transform((file): UserFile => {
    const { name, role, stamp, created_at: createdAt, password_set_at: passwordSetAt } = file
    const { n: N, r, p, salt, hash } = file.password
    return { name, role, stamp, createdAt, passwordSetAt, password: { N, r, p, salt, hash } }
  })

/** An account as it is kept. */
export interface UserFile extends User {
  readonly password: PasswordHash
  /** Another one ends all sessions. */
  readonly stamp: string
}

/** Throws what `isMissing` knows where there is none, and an error that quotes nothing where it is none. */
export async function readUserFile(path: string): Promise<UserFile> {
  const text = await readFile(path, 'utf8')
  try {
    return fileSchema.parse(JSON.parse(text))
  } catch {
    throw new Error('it is not one that `octavo user` wrote')
  }
}

export function userFileText(user: UserFile): string {
  const { N: n, r, p, salt, hash } = user.password
  const file: z.input<typeof fileSchema> = {
    octavo_user: 1,
    name: user.name,
    role: user.role,
    password: {
      algorithm: 'scrypt',
      n,
      r,
      p,
      salt: salt.toString('base64'),
      hash: hash.toString('base64'),
    },
    stamp: user.stamp,
    created_at: user.createdAt.toISOString(),
    password_set_at: user.passwordSetAt.toISOString(),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

export function newStamp(): string {
  return randomBytes(16).toString('base64url')
}

export function personOf({ name, role, stamp }: UserFile): Person {
  return { name, kind: 'user', role, stamp }
}

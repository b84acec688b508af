import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'

export interface LooseObject {
  readonly type: string
  readonly content: Buffer
}

/**
 * The objects of a repository as git keeps them, without a process for each. That they are right says
 * `git fsck` in the tests.
 */
export class LooseObjects {
  readonly #folder: string
  #written = 0

  /** `folder` is that of a bare repository. */
  constructor(folder: string) {
    this.#folder = join(folder, 'objects')
  }

  write(type: string, content: Buffer): string {
    const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
    const sha = createHash('sha1').update(bytes).digest('hex')
    const file = this.#fileOf(sha)
    if (existsSync(file)) return sha
    mkdirSync(join(file, '..'), { recursive: true })
    this.#written += 1
    const beside = join(this.#folder, `tmp_obj_${process.pid}_${this.#written}`)
    writeFileSync(beside, deflateSync(bytes, { level: 0 }))
    renameSync(beside, file)
    return sha
  }

  /** Null for what is not there, and for what git has packed. */
  read(sha: string): LooseObject | null {
    const file = this.#fileOf(sha)
    if (!/^[0-9a-f]{40}$/.test(sha) || !existsSync(file)) return null
    const bytes = inflateSync(readFileSync(file))
    const end = bytes.indexOf(0)
    const [type = ''] = bytes.subarray(0, end).toString().split(' ')
    return { type, content: bytes.subarray(end + 1) }
  }

  #fileOf(sha: string): string {
    return join(this.#folder, sha.slice(0, 2), sha.slice(2))
  }
}

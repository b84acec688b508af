import { statSync } from 'node:fs'
import { OctavoError } from '../../core/errors.js'
import type { ChosenDatabase } from '../../jobs/job-types.js'

const suffixes = ['', '-wal', '-shm', '-journal']

/** Throws `usage` where `output` is a file of one of the databases, under whatever name. */
export function refuseDatabaseFiles(
  output: string,
  databases: readonly Pick<ChosenDatabase, 'address'>[],
): void {
  for (const { address } of databases) {
    if (address.engine !== 'sqlite') continue
    for (const suffix of suffixes) {
      const own = `${address.path}${suffix}`
      if (output !== own && !isSameFile(output, own)) continue
      throw new OctavoError('usage', `${output} is a file of the database ${address.shown}`, {
        hint: 'Nothing was written. Name another file with -o FILE.',
      })
    }
  }
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }))
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino
}

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { password, programs, type TestServer } from './server.js'

/**
 * All that a database holds, in the words of pg_dump, which is none of our code: rows as COPY text,
 * sequences, schema. Sorted, because rows without a key have no order of their own.
 */
export async function dumpLines(server: TestServer, database: string): Promise<string[]> {
  const options = ['-h', '127.0.0.1', '-p', `${server.port}`, '-U', 'postgres', '-d', database]
  const { stdout } = await promisify(execFile)(
    join(programs ?? '', 'pg_dump'),
    [...options, '--no-owner', '--no-privileges'],
    { env: { PGPASSWORD: password, LC_ALL: 'C' }, maxBuffer: 2 ** 26 },
  )
  return stdout
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line))
    .toSorted()
}

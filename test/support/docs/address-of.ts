import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Where a service that was started listens, as its log says. */
export async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('the service has no output')
  const lines = createInterface(stdout)
  for await (const line of lines) {
    const url = /Server listening at (http:[^"]+)"/.exec(line)?.[1]
    if (url === undefined) continue
    stdout.resume()
    return url
  }
  throw new Error('the service ended before it said where it listens')
}

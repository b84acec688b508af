import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Writer {
  /** Ends it; resolves with the milliseconds that each write took. */
  stop(): Promise<number[]>
}

/** Starts a process that writes to the database every few milliseconds. */
export async function startWriter(database: string): Promise<Writer> {
  const script = new URL('./writer.mjs', import.meta.url).pathname
  const child = spawn(process.execPath, [script, database], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  await once(child.stdout, 'data')
  return {
    stop: async () => {
      child.stdin.end()
      await once(child, 'close')
      return JSON.parse(said.replace('ready\n', '')) as number[] // written by writer.mjs
    },
  }
}

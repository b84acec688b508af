import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const cliPath = `${root}dist/main/cli.js`
export const startPath = `${root}dist/main/start.js`

/** The command line is tested as it is shipped: compiled, in a process of its own. */
export function compileOctavo(): void {
  const done = spawnSync(process.execPath, [`${root}scripts/prepare.mjs`], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`octavo could not be compiled: ${done.stderr}`)
}

export interface Ran {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
  /** Typed once what was written so far ends like this. */
  readonly answer?: readonly [RegExp, string]
  /** Sent once what was written so far looks like this. */
  readonly stop?: readonly [RegExp, NodeJS.Signals]
}

/** Runs the command line in `folder` with no environment but its own. */
export function octavo(words: readonly string[], options: RunOptions): Promise<Ran> {
  return run(process.execPath, [cliPath, ...words], options)
}

export function run(
  program: string,
  words: readonly string[],
  { folder, env = {}, answer, stop }: RunOptions,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    const waiting = { answer, stop }
    const react = (): void => {
      if (waiting.answer?.[0].test(out + err)) {
        child.stdin.write(waiting.answer[1])
        waiting.answer = undefined
      }
      if (waiting.stop?.[0].test(out + err)) {
        child.kill(waiting.stop[1])
        waiting.stop = undefined
      }
    }
    if (!answer) child.stdin.end()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      react()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
      react()
    })
    child.on('error', reject)
    child.on('close', (exit) => resolve({ exit, out, err }))
  })
}

import { spawn, type ChildProcess } from 'node:child_process'
import type { Test } from 'tap'

export interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
  /** Resolves with the first group of the match. */
  waitFor(pattern: RegExp): Promise<string>
}

export interface LaunchOptions {
  /** In a session of its own: the terminal of whoever runs the tests is not its terminal. */
  readonly ownSession?: boolean
}

/** A Node process that goes on until it is told to stop; at the end of the test at the latest. */
export function launch(
  t: Test,
  words: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
  options?: LaunchOptions,
): Running {
  return launchProgram(t, [process.execPath, ...words], folder, env, options)
}

/** The same for any program. */
export function launchProgram(
  t: Test,
  [program, ...words]: readonly [string, ...string[]],
  folder: string,
  env: Readonly<Record<string, string>>,
  { ownSession = false }: LaunchOptions = {},
): Running {
  const child = spawn(program, words, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownSession,
  })
  let text = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      for (const listener of listeners) listener()
    })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  t.teardown(async () => {
    // Not SIGKILL: what passes signals on to a child of its own would leave it behind.
    child.kill('SIGTERM')
    await ended
  })
  const waitFor = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(text)
        if (found) resolve(found[1] ?? '')
      }
      listeners.add(look)
      void ended.then((code) => reject(new Error(`it ended with ${code}: ${text}`)))
      look()
    })
  return { child, output: () => text, ended, waitFor }
}

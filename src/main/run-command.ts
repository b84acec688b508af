import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ProcessContext } from './process-context.js'

const cli = fileURLToPath(new URL('./cli.js', import.meta.url))

/**
 * Runs a command of our own as a process of its own: the service neither waits for it nor pays for it in
 * memory. It tells what it does on the error output; an abort is a SIGTERM to it. Resolves when it ended.
 */
export async function runCommand(
  { environment, folder }: ProcessContext,
  words: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, [cli, ...words], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const stop = (): void => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  try {
    await once(child, 'exit')
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

import { spawn } from 'node:child_process'

/** Runs Node with these words in this process's place: its output, its signals, its exit code. */
export function runChild(words, options) {
  const child = spawn(process.execPath, words, { stdio: 'inherit', ...options })
  // A terminal sends SIGINT to the child as well; this process only waits for it to end.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 1)
  })
}

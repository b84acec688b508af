import { spawn, spawnSync } from 'node:child_process'

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0

/** Why the tests of the `age` program are skipped; false where they run. */
export const noAge =
  has('age') && has('age-keygen') ? false : 'the programs age and age-keygen are not here'
export const noAgeTerminal =
  noAge || (has('script') ? false : 'there is no `script` to type a passphrase with')

/** Runs `age` or `age-keygen`, and returns what it printed. */
export function runAge(program: 'age' | 'age-keygen', ...words: string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(program, words, { maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${String(stderr)}`)
  return stdout
}

/** Runs `age` on a terminal, and types the passphrase as often as it is asked for. */
export function ageWithPassphrase(words: string, passphrase: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', `age ${words}`, '/dev/null'], {
      stdio: 'pipe',
      timeout: 120_000,
    })
    let shown = ''
    let asked = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      const questions = shown.match(/passphrase[^\n]*: ?/gi)?.length ?? 0
      for (; asked < questions; asked += 1) child.stdin.write(`${passphrase}\n`)
    })
    child.on('error', reject)
    child.on('close', (exit) => (exit === 0 ? resolve() : reject(new Error(shown))))
  })
}

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { labFolder } from '../../cli/lab-folder.js'
import { cliPath, compileOctavo } from '../../cli/octavo.js'
import { pythonWith } from '../../support/python-with.js'

compileOctavo()

const python = pythonWith('pty', 'termios')
const skip = python === undefined ? 'no Python with a pty' : false

/** A program on a terminal of its own; what we write there are keys. */
const onPty = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`

/** An app with a process of its own below it, as servers and debug reloaders have. */
const app = `
const { spawn } = require('node:child_process')
const { openSync, closeSync } = require('node:fs')
const hear = "for (const name of ['SIGINT', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH']) " +
  "process.on(name, () => console.log('<' + who + ' ' + name + '>'))"
const below = "const who = 'below';" + hear + ";console.log('<below is up>');setInterval(() => 0, 1000)"
const child = spawn(process.execPath, ['-e', below], { stdio: ['ignore', 'inherit', 'inherit'] })
const who = 'app'
eval(hear)
closeSync(openSync('/dev/tty', 'r+'))
process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const line of text.trim().split('\\n')) {
    console.log('<read ' + line + '>')
    if (line === 'wide') spawn('stty', ['cols', '123'], { stdio: 'inherit' })
    if (line === 'end') child.on('exit', () => process.exit(7)).kill('SIGKILL')
  }
})
console.log('<app is up below ' + process.ppid + '>')
`

interface Screen {
  readonly text: () => string
  readonly ended: Promise<number | null>
  type(keys: string): void
  waitFor(pattern: RegExp): Promise<string>
}

/** Octavo in the foreground of a terminal. */
function onTerminal(t: Test, words: readonly string[], more: Record<string, string> = {}): Screen {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-test-'))
  const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder, TERM: 'xterm', ...more }
  const command = [process.execPath, cliPath, ...words]
  const child = spawn(python ?? '', ['-c', onPty, ...command], { cwd: folder, env })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  t.teardown(async () => {
    // The terminal goes with it, and takes along whoever still has it.
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  const waitFor = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(text)
        if (!found) return
        child.stdout.off('data', look)
        resolve(found[1] ?? '')
      }
      child.stdout.on('data', look)
      void ended.then((code) => reject(new Error(`it ended with ${code}: ${text}`)))
      look()
    })
  return { text: () => text, ended, type: (keys) => void child.stdin.write(keys), waitFor }
}

t.test('on a terminal the app has the terminal, and hears its keys once', { skip }, async (t) => {
  const screen = onTerminal(t, ['beside', '--', process.execPath, '-e', app])
  const supervisor = Number(await screen.waitFor(/<app is up below (\d+)>/))
  await screen.waitFor(/(<below is up>)/)
  // By then a progress line would be there.
  await screen.waitFor(/(octavo: The app goes on)/)
  screen.type('a line\n')
  await screen.waitFor(/(<read a line>)/)
  for (const [keys, name] of [
    ['\u0003', 'SIGINT'],
    ['\u001c', 'SIGQUIT'],
    ['wide\n', 'SIGWINCH'],
  ] as const) {
    screen.type(keys)
    await screen.waitFor(new RegExp(`(<app ${name}>)`))
    await screen.waitFor(new RegExp(`(<below ${name}>)`))
  }
  // Behind what the supervisor may have passed on, as it passes this on.
  process.kill(supervisor, 'SIGUSR2')
  await screen.waitFor(/(<app SIGUSR2>)/)
  t.notMatch(screen.text(), /<below SIGUSR2>/, 'what is sent to us is for the app alone')
  for (const name of ['SIGINT', 'SIGQUIT', 'SIGWINCH'])
    t.equal(screen.text().split(`<app ${name}>`).length - 1, 1, `${name} once`)
  screen.type('end\n')
  t.equal(await screen.ended, 7)
  t.notMatch(screen.text(), '\u001b', 'nothing of ours draws on it')
})

t.test('octavo serve draws nothing into its log', { skip }, async (t) => {
  const database = join(labFolder(t), 'lab.sqlite3')
  const env = { DATABASE_URL: database, BACKUP_API_KEY: 'k'.repeat(40), OCTAVO_SOCKET: 'o.sock' }
  const screen = onTerminal(t, ['serve'], env)
  await screen.waitFor(/(Server listening)/)
  // A progress line would come a second after the start, and be cleared at the end.
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  screen.type('\u0003')
  await screen.ended
  t.notMatch(screen.text(), '\u001b')
})

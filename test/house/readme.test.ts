import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { CommanderError } from 'commander'
import t, { type Test } from 'tap'
import type { Actions } from '../../src/cli/actions.js'
import { buildProgram } from '../../src/cli/build-program.js'
import { writeSample } from '../../src/sample/write-sample.js'
import { docPages } from '../support/docs/doc-pages.js'
import { projectRoot } from './source-files.js'

const cli = join(projectRoot, 'dist/main/cli.js')
const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')
const pages = docPages()

spawnSync(process.execPath, [join(projectRoot, 'scripts/prepare.mjs'), '--build'], {
  stdio: ['ignore', 'ignore', 'inherit'],
})

/** A folder as a reader of the README has it: the sample in `data`, and `octavo` on the path. */
async function readersFolder(t: Test): Promise<{ cwd: string; env: NodeJS.ProcessEnv }> {
  const cwd = t.testdir({ bin: {}, data: {} })
  await writeSample(join(cwd, 'data/sample.sqlite3'))
  const script = `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`
  writeFileSync(join(cwd, 'bin/octavo'), script, { mode: 0o755 })
  mkdirSync(join(cwd, 'spool'))
  const PATH = [join(cwd, 'bin'), process.env['PATH']].join(delimiter)
  return { cwd, env: { PATH, HOME: cwd, SPOOL_DIR: join(cwd, 'spool') } }
}

t.test('the tested commands of the README run as they stand there', async (t) => {
  const { cwd, env } = await readersFolder(t)
  const [, block = ''] = /<!-- tested -->\n\n```sh\n(.*?)```/s.exec(readme) ?? []
  const commands = block.split('\n').filter((line) => line !== '')
  t.ok(commands.length > 3, 'the block was found')
  for (const command of commands) {
    const ran = spawnSync('sh', ['-euc', command], { cwd, env, encoding: 'utf8' })
    t.equal(ran.status, 0, `${command}\n${ran.stderr}`)
  }
  t.ok(existsSync(join(cwd, 'restored.sqlite3')))
})

t.test('the curl line of the README fetches an export that verifies', async (t) => {
  const { cwd, env } = await readersFolder(t)
  const [line = ''] = /^echo .+ \| curl .+$/m.exec(readme) ?? []
  t.match(line, 'http://localhost:8000/')
  const BACKUP_API_KEY = 'a-key-for-this-test-of-the-readme'
  const settings = { BACKUP_API_KEY, DATABASE_URL: 'data/sample.sqlite3', PORT: '0' }
  const service = spawn('octavo', ['serve'], { cwd, env: { ...env, ...settings } })
  t.teardown(() => service.kill())
  const address = await listeningAddress(service.stdout)
  const curl = line.replace('http://localhost:8000', address).replace('curl', 'curl -sS')
  const script = `${curl} && octavo verify database_backup_*.json`
  const ran = spawnSync('sh', ['-euc', script], {
    cwd,
    env: { ...env, BACKUP_API_KEY },
    encoding: 'utf8',
  })
  t.equal(ran.status, 0, ran.stderr)
})

t.test('no page gives a key to a command as an argument', (t) => {
  const lines = pages.flatMap(({ path, text }) =>
    text
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => ({ path, line })),
  )
  const asking = lines.filter(({ line }) => /\bcurl\b.*https?:/.test(line))
  t.ok(asking.filter(({ line }) => line.includes('Bearer')).length > 6)
  for (const { path, line } of asking)
    t.notMatch(line.replace(/.*?\bcurl\b/, ''), /Bearer|_KEY/, `${path}: ${line}`)
  t.end()
})

async function listeningAddress(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const port = /https?:\/\/[^\s:/]+:(\d+)/.exec(line)?.[1]
    if (port !== undefined) return `http://127.0.0.1:${port}`
  }
  throw new Error('the service ended before it said where it listens')
}

const help = new Map<string, string>()
/** What `octavo COMMAND --help` prints, without a process for each of them. */
async function helpOf(command: string): Promise<string> {
  const known = help.get(command)
  if (known !== undefined) return known
  let text = ''
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString()
      done()
    },
  })
  const tty = { in: false, out: false, err: false }
  const program = buildProgram({
    actions: {} as Actions, // help asks for none
    terminal: { in: Readable.from([]), out, err: out, tty, colour: false },
    signal: new AbortController().signal,
    endWith: () => undefined,
  })
  const words = command === '' ? ['--help'] : [...command.split(' '), '--help']
  await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error
  })
  help.set(command, text)
  return text
}

t.test('the table of commands is that of --help', async (t) => {
  const listed = /Commands:\n(.*?)(\n\n|$)/s.exec(await helpOf(''))?.[1] ?? ''
  const commands = [...listed.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name)
  const cells = [...readme.matchAll(/^\| (`octavo [^|]*)\|/gm)].map(([, cell = '']) => cell)
  const documented = cells.flatMap((cell) =>
    [...cell.matchAll(/`octavo ([a-z]+)/g)].map(([, name = '']) => name),
  )
  t.ok(documented.length > 5)
  t.strictSame(documented.toSorted(), commands.filter((name) => name !== 'help').toSorted())
})

t.test('what a restore takes is said by --help and by the README', async (t) => {
  const words = (await helpOf('restore')).replaceAll(/\s+/g, ' ')
  const [row = ''] = /^\| `octavo restore [^\n]*/m.exec(readme) ?? []
  for (const kind of ['encrypted', 'id of `octavo list`', '`latest`']) {
    t.ok(words.includes(kind), `--help: ${kind}`)
    t.ok(row.includes(kind), `README: ${kind}`)
  }
})

/** `octavo …` wherever a page shows it: lines of code blocks and spans of code. */
function shownCommands(text: string): string[] {
  // Blocks inside of lists are indented.
  const block = /^ *```.*?^ *```/gms
  const blocks = [...text.matchAll(block)].join('\n').split('\n')
  const spans = [...text.replace(block, '').matchAll(/`([^`]+)`/g)].map(([, span]) => span)
  return [...blocks, ...spans].flatMap((code) => {
    // A container's name is no command.
    const shown = /(?<!^docker exec)(?:^|[\s(/])(octavo [a-z]+(?:\s.*)?)$/.exec(code ?? '')?.[1]
    return shown === undefined ? [] : [shown]
  })
}

t.test('every option that a page shows is one that its command has', async (t) => {
  let options = 0
  for (const { path, text } of pages)
    for (const shown of shownCommands(text)) {
      const [, group = '', second = ''] = shown.split(' ')
      t.match(await helpOf(''), new RegExp(`^  ${group}\\b`, 'm'), `${path}: ${shown}`)
      const command = (await helpOf(group)).includes('\nCommands:\n') ? `${group} ${second}` : group
      // Behind -- stands somebody else's command.
      const [ours = ''] = shown.split(' -- ')
      for (const [option] of ours.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) {
        options += 1
        t.ok((await helpOf(command)).includes(option), `${path}: ${shown}: ${option}`)
      }
    }
  t.ok(options > 10, 'options were found')
})

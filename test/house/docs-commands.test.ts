import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { cliPath, compileOctavo, run } from '../cli/octavo.js'
import { noAge } from '../support/age/age-program.js'
import { docPages } from '../support/docs/doc-pages.js'
import { hasTerminals, ReadersMachine } from '../support/docs/readers-machine.js'
import { namesServer } from '../support/docs/readers-server.js'
import { shBlocks } from '../support/docs/sh-blocks.js'
import { noPostgres } from '../support/postgres/server.js'
import { sourceFiles } from './source-files.js'

const pages = docPages()
const pageOf = (path: string): string => pages.find((page) => page.path === path)?.text ?? ''

/** What can't run here, by page and the start of the block. Such a block is only read by bash. */
const notHere: readonly (readonly [string, string, string])[] = [
  ['docs/benchmarks.md', 'npm run bench', 'measures for an hour'],
  ['docs/archive.md', 'cat backups/database_backup_', 'needs a backup above 20 MB'],
  ['docs/deploy.md', 'sudo git clone', 'installs as root'],
  [
    'docs/deploy.md',
    'sudo systemd-analyze',
    'needs systemd as root; the unit has a test of its own',
  ],
  ['docs/deploy.md', 'sudo install -d -m 700 -o', 'needs supervisor and root'],
  ['docs/deploy.md', 'docker build', 'needs docker and its images'],
  ['docs/restore.md', 'scp -s', 'needs a service of Render'],
  ['docs/restore.md', 'scp -s before-mistake.json', 'needs a service of Render'],
  ['docs/restore.md', 'scp -s backup.json', 'needs a service of Render'],
]

function reasonFor(path: string, text: string): string | undefined {
  if (noAge && /\bage(-keygen)? -/.test(text)) return noAge
  return notHere.find(([page, start]) => page === path && text.startsWith(start))?.[2]
}

const noTerminal = hasTerminals() ? false : 'there is no `script` to ask a person with'
const noSystemd =
  spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'there is no systemd-analyze'

// Some hundred commands, two at a time: each page has a home of its own.
t.setTimeout(600_000)
t.jobs = 2
compileOctavo()
const machine = await ReadersMachine.start(t.testdir(), cliPath)
t.teardown(() => machine.stop())
if (!noPostgres) await machine.addServer(t)

/** Pages that share the branch of backups, one after another; the others beside them. */
const [branchPages, otherPages] = [true, false].map((wanted) =>
  pages.filter(({ text }) => {
    const blocks = shBlocks(text).map((block) => block.text)
    return blocks.length > 0 && wanted === /octavo (archive|fetch)|github:/.test(blocks.join())
  }),
)
const lanes = [
  ['every command of the pages about the branch', branchPages],
  ['every command of the other pages', otherPages],
] as const
for (const [title, lane = []] of lanes)
  t.test(`${title} runs, or a reason says why not here`, { buffered: true }, async (t) => {
    t.jobs = 1
    for (const page of lane)
      await t.test(page.path, { skip: noTerminal }, (t) => runCommands(t, page))
  })

async function runCommands(t: Test, { path, text }: (typeof pages)[number]): Promise<void> {
  const hasBackup = !text.includes('-o backup.json')
  const [, fixture] = /octavo \w+ (backups\/[\w/.-]+\.json)/.exec(text) ?? []
  const home = machine.home(path.replaceAll(/\W/g, '-'), { hasBackup, fixture })
  let needs: string | undefined
  for (const block of shBlocks(text)) {
    const name = `${path}:${block.line}`
    // What comes after a block that names a server goes on with what it made.
    if (noPostgres && namesServer(block.text)) needs = noPostgres
    const reason = needs ?? reasonFor(path, block.text)
    const read = spawnSync('bash', ['-n', '-c', block.text], { encoding: 'utf8' })
    t.equal(read.status, 0, `${name} is understood ${read.stderr}`.trimEnd())
    if (reason !== undefined) {
      t.comment(`${name} is not run: ${reason}`)
      continue
    }
    const { exit, out, err } = await machine.run(block.text, home)
    t.equal(exit, 0, exit === 0 ? `${name} runs` : `${name}\n${block.text}${out}${err}`)
  }
}

t.test('every reason is one for a block that is there', (t) => {
  for (const [page, start] of notHere)
    t.ok(
      shBlocks(pageOf(page)).some((block) => block.text.startsWith(start)),
      `${page}: ${start}`,
    )
  t.end()
})

t.test(
  'what was written meanwhile is listed by the page, and comes back with its commands',
  { skip: noTerminal },
  async (t) => {
    const home = machine.home('meanwhile', { hasBackup: true })
    const sql = `UPDATE calendarEditor_queueentry SET title = 'written meanwhile' WHERE id = 1`
    const write = `sqlite3 db.sqlite3 "${sql}"\noctavo restore backup.json --into db.sqlite3 --yes`
    t.match(await machine.run(write, home), { exit: 0 })
    const section =
      /^## Writes made meanwhile$([^]*?)^## /m.exec(pageOf('docs/restore.md'))?.[1] ?? ''
    const [list, ...bringBack] = shBlocks(section)
    const listed = await machine.run(list?.text ?? '', home)
    t.match(listed.out, /^calendarEditor.queueentry +0 +1 +0$/m)
    t.match(listed.out, /^- .*written meanwhile/m)
    for (const { text } of bringBack) t.match(await machine.run(text, home), { exit: 0 })
    const found = await machine.run(`octavo diff "$SAFETY_COPY" db.sqlite3`, home)
    t.match(found.out, 'no difference')
  },
)

t.test('each message that heads a case of troubleshooting is one that Octavo prints', (t) => {
  const sources = [...sourceFiles('src').values()].join('\n')
  const headings = [...pageOf('docs/troubleshooting.md').matchAll(/^### (.*`.*)$/gm)]
  const messages = headings.flatMap(([, text = '']) => [...text.matchAll(/`([^`]+)`/g)])
  t.ok(messages.length > 25)
  /** What SQLite, Node or a command of Django says, not Octavo. */
  const ofOthers = /^(database is locked|Assertion failed.*|migrate --fake|dumpdata)$/
  for (const [, message = ''] of messages.filter(([, message = '']) => !ofOthers.test(message)))
    for (const part of message.split('…').map((piece) => piece.trim()))
      t.ok(sources.includes(part), `${message}: "${part}"`)
  t.end()
})

t.test('the unit of systemd is one that systemd understands', { skip: noSystemd }, (t) => {
  const [, unit = ''] = /```ini\n(\[Unit\].*?)```/s.exec(pageOf('docs/deploy.md')) ?? []
  const file = join(t.testdir(), 'octavo.service')
  writeFileSync(file, unit.replace('/usr/bin/node', process.execPath))
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  t.equal(status, 0, stderr)
  t.notMatch(stderr, 'octavo.service:')
  t.end()
})

t.test(
  'the health check of the container tells a service that is up from one that is not',
  async (t) => {
    const [, command = '[]'] = /HEALTHCHECK.*?CMD (\[.*?\])$/ms.exec(pageOf('docs/deploy.md')) ?? []
    const [program = '', ...words]: string[] = JSON.parse(command)
    t.equal(program, 'node')
    const check = (PORT: string) => run(program, words, { folder: t.testdirName, env: { PORT } })
    t.testdir()
    t.match(await check(new URL(machine.url).port), { exit: 0 })
    t.match(await check('1'), { exit: 1 })
  },
)

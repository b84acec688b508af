import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { labFolder, rows } from './lab-folder.js'
import { cliPath, compileOctavo, octavo, run, type Ran } from './octavo.js'

compileOctavo()

const everything = 'SELECT id, machine, note FROM entry ORDER BY id'
const prod = { DATABASE_URL: 'lab.sqlite3', DATABASE_NAME: 'lab', DATABASE_LABEL: 'prod' }

/** A database, a backup of it, and then one record less and one altered in the database. */
async function lostRecords(t: Test): Promise<{ folder: string; path: string; before: unknown[] }> {
  const folder = labFolder(t)
  const path = join(folder, 'lab.sqlite3')
  const before = rows(path, everything)
  const { exit, err } = await octavo(['export', 'lab.sqlite3', '-o', 'a.json'], { folder })
  if (exit !== 0) throw new Error(err)
  new Database(path)
    .exec(`DELETE FROM entry WHERE id = 3; UPDATE entry SET note = 'lost' WHERE id = 1`)
    .close()
  return { folder, path, before }
}

const safetyCopies = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.includes('.before-restore-'))

t.test('a lost database is back with every row, in a new file', async (t) => {
  const { folder, path, before } = await lostRecords(t)
  rmSync(path)
  const { exit, out, err } = await octavo(['restore', 'a.json', '--into', path], { folder })
  t.equal(exit, 0, err)
  t.match(err, /into .*lab\.sqlite3 .*does not exist yet/)
  t.match(out, /^entry +3\b/m)
  t.match(out, /restored into a new file \(replace\): 5 records/)
  t.same(rows(path, everything), before)
})

t.test('nobody is there to ask: a database with content is left alone', async (t) => {
  const { folder, path } = await lostRecords(t)
  const bytes = readFileSync(path)
  const { exit, out, err } = await octavo(['restore', 'a.json', '--into', 'lab.sqlite3'], {
    folder,
  })
  t.match({ exit, out }, { exit: 6, out: '' })
  t.match(err, /holds 4 records in 3 tables/)
  t.match(err, /exported +\d{4}-/)
  t.match(err, /nobody is there to ask\nhint: Give --yes\./)
  t.ok(readFileSync(path).equals(bytes))
  t.same(safetyCopies(folder), [])
})

t.test('--yes restores, keeps the state before, and --undo puts it back', async (t) => {
  const { folder, path, before } = await lostRecords(t)
  const lost = rows(path, everything)
  const words = ['restore', 'a.json', '--into', 'lab.sqlite3', '--yes']
  const { exit, out, err } = await octavo(words, { folder })
  t.equal(exit, 0, err)
  t.same(rows(path, everything), before)
  const [copy = ''] = safetyCopies(folder)
  t.match(out, `the state before is kept in ${join(folder, copy)}`)
  t.match(out, `octavo restore --undo --into ${path}`)
  t.same(rows(join(folder, copy), everything), lost)
  t.match(await octavo(['restore', '--undo', '--into', 'lab.sqlite3'], { folder }), { exit: 6 })
  t.same(rows(path, everything), before)
  const undone = await octavo(['restore', '--undo', '--into', 'lab.sqlite3', '--yes'], { folder })
  t.match(undone, { exit: 0, out: /^put back / })
  t.same(rows(path, everything), lost)
})

t.test('over prod --yes is not enough: its name is asked for', async (t) => {
  const { folder, path, before } = await lostRecords(t)
  const bytes = readFileSync(path)
  const into = ['restore', 'a.json', '--into', './lab.sqlite3']
  const refused = async (...more: string[]): Promise<Ran> => {
    const ran = await octavo([...into, ...more], { folder, env: prod })
    t.equal(ran.exit, 6, more.join(' '))
    t.ok(readFileSync(path).equals(bytes), more.join(' '))
    return ran
  }
  t.match((await refused('--yes')).err, /hint: Give --confirm lab: the database is labelled prod/)
  t.match((await refused('--yes', '--confirm', 'other')).err, /"other", .* is named "lab"/)
  t.match(await octavo([...into, '--confirm', 'lab'], { folder, env: prod }), { exit: 0 })
  t.same(rows(path, everything), before)
  const undo = ['restore', '--undo', '--into', 'lab', '--yes']
  t.match(await octavo(undo, { folder, env: prod }), { exit: 6 }, 'an undo changes it as well')
  rmSync(path)
  const gone = await octavo([...into, '--yes'], { folder, env: prod })
  t.match(gone, { exit: 6, err: /is production, and nobody is there to ask/ })
  t.notOk(existsSync(path), 'a lost production database comes back by its name only')
  const shown = await octavo([...into, '--confirm', 'lab', '--dry-run'], { folder, env: prod })
  t.match(shown.err, /^note +lab is production, and the backup does not say that it is of/m)
})

t.test(
  'a dry run tells per model what would change, asks nothing and changes nothing',
  async (t) => {
    const { folder, path } = await lostRecords(t)
    const bytes = readFileSync(path)
    const words = ['restore', 'a.json', '--into', 'lab.sqlite3', '--dry-run']
    const { exit, out } = await octavo(words, { folder, env: prod })
    t.equal(exit, 0)
    t.match(out, /^model +added +changed +removed +records after$/m)
    t.match(out, /^entry +1 +1 +0 +3$/m)
    t.match(out, /^machine +0 +0 +0 +2$/m)
    t.match(out, /nothing was changed/)
    t.ok(readFileSync(path).equals(bytes))
    t.same(safetyCopies(folder), [])
  },
)

t.test('chosen models only bring back their rows and leave the others', async (t) => {
  const { folder, path, before } = await lostRecords(t)
  new Database(path).exec(`UPDATE machine SET name = 'renamed since' WHERE id = 1`).close()
  const words = ['restore', 'a.json', '--into', 'lab.sqlite3', '--only', 'entry', '--yes', '--json']
  const { exit, out, err } = await octavo(words, { folder })
  t.equal(exit, 0, err)
  t.match(JSON.parse(out), { mode: 'data-only' })
  t.same(rows(path, everything), before)
  t.same(rows(path, 'SELECT name FROM machine WHERE id = 1'), [['renamed since']])
})

t.test('single records come back with what they refer to, and nothing else', async (t) => {
  const { folder, path } = await lostRecords(t)
  new Database(path).exec('PRAGMA foreign_keys = 0; DELETE FROM machine').close()
  const words = ['restore', 'a.json', '--into', 'lab.sqlite3', '--yes', '--record']
  t.match(await octavo([...words, 'entry'], { folder }), { exit: 2, err: /auth\.User:3/ })
  const twice = await octavo([...words, 'entry:3', '--only', 'entry'], { folder })
  t.match(twice, { exit: 2, err: /do not go together/ })
  const { exit, out, err } = await octavo([...words, 'entry:3'], { folder })
  t.equal(exit, 0, err)
  t.match(out, /with them, as they refer to it and it was gone:\n {2}machine:1\n/)
  t.match(out, /^machine +1 +0 +0 +1$/m)
  t.match(out, /^restored \(merge\): 2 records$/m)
  t.same(rows(path, 'SELECT name FROM machine'), [['cryostat']])
  t.match(rows(path, everything), [[1, 1, 'lost'], [2], [3, 1, 'text']])
})

t.test('a backup that can not be trusted is refused, and the database stays', async (t) => {
  const { folder, path } = await lostRecords(t)
  const bytes = readFileSync(path)
  const text = readFileSync(join(folder, 'a.json'), 'utf8')
  writeFileSync(join(folder, 'cut.json'), text.slice(0, -10))
  writeFileSync(join(folder, 'altered.json'), text.replace('cryostat', 'cryostaT'))
  for (const [name, exit] of [
    ['cut.json', 4],
    ['altered.json', 4],
    ['none.json', 2],
  ] as const) {
    const words = ['restore', name, '--into', 'lab.sqlite3', '--yes']
    t.match(await octavo(words, { folder }), { exit, err: /^error: /m }, name)
    t.ok(readFileSync(path).equals(bytes), name)
  }
  t.same(safetyCopies(folder), [])
})

t.test('a damaged database is replaced once it is said, a bare one at once', async (t) => {
  const { folder, path, before } = await lostRecords(t)
  const bytes = readFileSync(path)
  bytes.fill(0xff, 4096)
  writeFileSync(path, bytes)
  const words = ['restore', 'a.json', '--into', 'lab.sqlite3']
  const refused = await octavo(words, { folder })
  t.match(refused, { exit: 6, err: /which can not be read: .*malformed/ })
  t.ok(readFileSync(path).equals(bytes))
  t.match(await octavo([...words, '--yes'], { folder }), { exit: 0 })
  t.same(rows(path, everything), before)
  new Database(join(folder, 'bare.sqlite3')).exec('PRAGMA user_version = 1').close()
  const bare = await octavo(['restore', 'a.json', '--into', 'bare.sqlite3'], { folder })
  t.match(bare, { exit: 0, err: /which is empty/ })
  t.same(rows(join(folder, 'bare.sqlite3'), everything), before)
})

const terminal =
  process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
    ? false
    : 'there is no `script` of util-linux here to make a terminal with'

/** Runs the command on a pseudo terminal, where both outputs are one. */
function onTerminal(words: string, options: Parameters<typeof run>[2]): Promise<Ran> {
  const line = `"${process.execPath}" "${cliPath}" ${words}`
  return run('script', ['-qec', line, '/dev/null'], options)
}

t.test(
  'on a terminal the word is asked for, and only the word will do',
  { skip: terminal },
  async (t) => {
    const { folder, path, before } = await lostRecords(t)
    const bytes = readFileSync(path)
    const words = 'restore a.json --into lab.sqlite3'
    const wrong = await onTerminal(words, { folder, answer: [/Type YES to go on: $/, 'yes\n'] })
    t.match(wrong, { exit: 6, out: /the answer was not YES/ })
    t.ok(readFileSync(path).equals(bytes))
    const ended = await onTerminal(words, { folder, answer: [/go on: $/, '\u0004'] })
    t.match(ended, { exit: 6, out: /the answer was not YES/ })
    const left = await onTerminal(words, { folder, answer: [/go on: $/, '\u0003'] })
    t.match(left, { exit: 130, out: /stopped by SIGINT/ })
    t.ok(readFileSync(path).equals(bytes))
    const right = await onTerminal(words, { folder, answer: [/Type YES to go on: $/, 'YES\n'] })
    t.match(right, { exit: 0, out: /restored \(replace\): 5 records/ })
    t.match(right.out, /holds 4 records in 3 tables[^]*Type YES/, 'told before it is asked')
    t.same(rows(path, everything), before)
  },
)

t.test('on a terminal production asks for its name', { skip: terminal }, async (t) => {
  const { folder, path, before } = await lostRecords(t)
  const words = 'restore a.json --into lab'
  const question = /This is production\. Type its name, lab, to go on: $/
  const wrong = await onTerminal(words, { folder, env: prod, answer: [question, 'YES\n'] })
  t.match(wrong, { exit: 6, out: /the answer was not lab/ })
  const right = await onTerminal(words, { folder, env: prod, answer: [question, 'lab\n'] })
  t.equal(right.exit, 0)
  t.same(rows(path, everything), before)
})

t.test(
  'an export on a terminal goes to a file, in colour only where it is wanted',
  { skip: terminal },
  async (t) => {
    const folder = labFolder(t)
    const { exit, out } = await onTerminal('export lab.sqlite3', { folder, env: { TERM: 'xterm' } })
    t.equal(exit, 0)
    t.notMatch(out, '"octavo"')
    t.match(out, /exported 5 records .* to .*database_backup_[\d_-]+\.json/)
    const verify = 'verify database_backup_*.json'
    const colour = '\u001b[32m'
    const env = { TERM: 'xterm' }
    t.match((await onTerminal(verify, { folder, env })).out, colour)
    t.notMatch((await onTerminal(`${verify} --no-color`, { folder, env })).out, colour)
    t.notMatch((await onTerminal(verify, { folder, env: { ...env, NO_COLOR: '1' } })).out, colour)
    t.notMatch((await onTerminal(verify, { folder, env: { TERM: 'dumb' } })).out, colour)
  },
)

t.test('a signal ends a job with its code, and nothing half-written stays', async (t) => {
  const folder = labFolder(t)
  const path = join(folder, 'lab.sqlite3')
  new Database(path)
    .exec(
      `WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
      INSERT INTO entry SELECT i, 1, randomblob(40) FROM n`,
    )
    .close()
  const words = ['export', 'lab.sqlite3', '-o', 'a.json', '--verify', '--verbose']
  for (const [signal, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    // What space it needs is said once the job runs.
    const ran = await octavo(words, { folder, stop: [/ free in /, signal] })
    t.match(ran, { exit, out: '', err: new RegExp(`stopped by ${signal}`) })
    t.notOk(existsSync(join(folder, 'a.json')))
    t.same(
      readdirSync(folder).filter((name) => name.startsWith('.')),
      [],
    )
  }
})

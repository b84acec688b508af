import Database from 'better-sqlite3'
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { labFolder, rows } from '../cli/lab-folder.js'
import { cliPath, compileOctavo, octavo, run } from '../cli/octavo.js'
import { GitHubDouble } from '../support/github-double/github-double.js'
import { launch } from '../support/launch.js'

compileOctavo()

const root = fileURLToPath(new URL('../..', import.meta.url))
const key = 'k'.repeat(40)

t.test('npm start serves the sample, proves it, and its line can be pasted', async (t) => {
  const folder = t.testdir()
  const words = [join(root, 'scripts/start.mjs')]
  const first = launch(t, words, folder, { PORT: '0' })
  await first.waitFor(/(Stop with Ctrl-C)/)
  t.match(first.output(), /Exported 3,\d{3} records, [\d.]+ MB, over HTTP\.\nProved: /)
  const line = /^ +(echo .* \| curl .*)$/m.exec(first.output())?.[1] ?? ''
  const pasted = await run('bash', ['--norc', '-c', line], { folder })
  t.equal(pasted.exit, 0, pasted.err)
  const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('database_backup_'))
  t.match(JSON.parse(readFileSync(join(folder, file), 'utf8')), {
    sample: true,
    models: { 'auth.User': [{ model: 'auth.User' }], 'calendarEditor.QueueEntry': [{ pk: 1 }] },
  })
  const [, link = ''] = /^Create the first account: (.+)$/m.exec(first.output()) ?? []
  const page = await fetch(link)
  t.equal(page.status, 200, 'and the admin pages are there')
  t.match(await page.text(), 'Create the account')
  t.equal(statSync(join(folder, 'data/sample-key')).mode & 0o777, 0o600)
  first.child.kill('SIGTERM')
  t.equal(await first.ended, 0)

  const sample = readFileSync(join(folder, 'data/sample.sqlite3'))
  const second = launch(t, words, folder, { PORT: '0' })
  await second.waitFor(/(Stop with Ctrl-C)/)
  const keyIn = (text: string): string => /Bearer (\w+)/.exec(text)?.[1] ?? ''
  t.equal(keyIn(second.output()), keyIn(first.output()), 'the key stays')
  t.ok(readFileSync(join(folder, 'data/sample.sqlite3')).equals(sample), 'the sample stays')
})

t.test(
  'npm start takes db.sqlite3 before the sample, and prints no key that opens it',
  async (t) => {
    const folder = labFolder(t)
    cpSync(join(folder, 'lab.sqlite3'), join(folder, 'db.sqlite3'))
    const words = [join(root, 'scripts/start.mjs')]
    const started = launch(t, words, folder, { PORT: '0' })
    await started.waitFor(/(Stop with Ctrl-C)/)
    t.match(started.output(), /Octavo serves .*\/db\.sqlite3\n/)
    t.match(started.output(), /Exported 5 records/)
    t.notMatch(started.output(), readFileSync(join(folder, 'data/start-key'), 'utf8').trim())
    const line = /^ +(echo .* \| curl .*)$/m.exec(started.output())?.[1] ?? ''
    t.match(line, 'Bearer $(cat data/start-key)')
    t.match(await run('bash', ['--norc', '-c', line], { folder }), { exit: 0 })
    t.notOk(existsSync(join(folder, 'data/sample.sqlite3')))

    const named = launch(t, words, folder, {
      PORT: '0',
      DATABASE_URL: 'lab.sqlite3',
      BACKUP_API_KEY: key,
    })
    await named.waitFor(/(Stop with Ctrl-C)/)
    t.match(named.output(), /Octavo serves .*\/lab\.sqlite3\n/)
    t.match(named.output(), 'Bearer $BACKUP_API_KEY')
    t.notMatch(named.output(), key)
  },
)

t.test('octavo serve never starts without a database and a key, and makes nothing', async (t) => {
  const folder = labFolder(t)
  writeFileSync(join(folder, 'empty.sqlite3'), '')
  new Database(join(folder, 'bare.sqlite3')).exec('PRAGMA user_version = 1').close()
  const before = readdirSync(folder)
  const refused: [Record<string, string>, number, RegExp][] = [
    [{ BACKUP_API_KEY: key }, 2, /no database is configured/],
    [{ BACKUP_API_KEY: key, DATABASE_URL: 'none.sqlite3' }, 3, /none\.sqlite3 does not exist/],
    [{ BACKUP_API_KEY: key, DATABASE_URL: 'empty.sqlite3' }, 3, /empty\.sqlite3 has no tables/],
    [{ BACKUP_API_KEY: key, DATABASE_URL: 'bare.sqlite3' }, 3, /bare\.sqlite3 has no tables/],
    [{ DATABASE_URL: 'lab.sqlite3' }, 2, /BACKUP_API_KEY is missing/],
    [{ DATABASE_URL: 'postgres://u:p@[::1]:1/d', BACKUP_API_KEY: key }, 5, /can not be reached/],
  ]
  for (const [env, exit, message] of refused) {
    const ran = await octavo(['serve'], { folder, env: { PORT: '0', ...env } })
    t.equal(ran.exit, exit, ran.err)
    t.match(ran.err, message)
    t.equal(ran.out, '')
  }
  t.same(readdirSync(folder), before)
})

/** `octavo serve` on lab.sqlite3, and its address. */
async function serveLab(t: Test, folder: string, env: Record<string, string> = {}) {
  const served = launch(t, [cliPath, 'serve'], folder, {
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: 'lab.sqlite3',
    DATABASE_NAME: 'lab',
    BACKUP_API_KEY: key,
    ...env,
  })
  const url = await served.waitFor(/Server listening at (http:[^"]+)"/)
  return { ...served, url }
}

t.test('octavo serve takes its settings, and ends in order when it is told to', async (t) => {
  const folder = labFolder(t)
  const served = await serveLab(t, folder, { ROUTE_PREFIX: '/schedule', SPOOL_DIR: 'spool' })
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${served.url}/schedule/api/backup/database/?verify=true`, { headers })
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('octavo-verified'), 'snapshot')
  t.match(await answer.json(), { database: { name: 'lab' }, summary: { records: 5 } })
  t.equal((await fetch(`${served.url}/api/backup/database`)).status, 401)
  const second = await octavo(['serve'], {
    folder,
    env: {
      PORT: new URL(served.url).port,
      HOST: '127.0.0.1',
      DATABASE_URL: 'lab.sqlite3',
      BACKUP_API_KEY: key,
      SPOOL_DIR: 'spool',
    },
  })
  t.match(second, { exit: 2, err: /can't be listened on: EADDRINUSE\nhint: .*PORT/ })
  served.child.kill('SIGTERM')
  t.equal(await served.ended, 0)
  t.notMatch(served.output(), key)
  t.same(readdirSync(join(folder, 'spool')), [])
})

t.test('archive, lose the database, fetch, restore: every row is back', async (t) => {
  const folder = labFolder(t)
  const github = await GitHubDouble.start(folder)
  t.teardown(() => github.stop())
  const served = await serveLab(t, folder)
  const env = {
    BACKUP_URL: served.url,
    BACKUP_API_KEY: key,
    GITHUB_REPOSITORY: github.name,
    GITHUB_TOKEN: github.token,
    GITHUB_API_URL: github.url,
    GITHUB_STEP_SUMMARY: 'summary.md',
  }
  const archived = await octavo(['archive'], { folder, env })
  t.equal(archived.exit, 0, archived.err)
  t.match(
    archived.out,
    /^archived database_backup_.*: 5 records, .*\ncommitted [0-9a-f]{12} to database-backups of /,
  )
  t.match(readFileSync(join(folder, 'summary.md'), 'utf8'), /\w/)
  const again = await octavo(['archive', '--json'], { folder, env })
  t.match(JSON.parse(again.out), { unchanged: true, records: 5, repository: github.name })

  const path = join(folder, 'lab.sqlite3')
  const sql =
    'SELECT e.id, m.name, m.temp, hex(e.note), typeof(e.note) FROM entry e JOIN machine m ON m.id = machine'
  const before = rows(path, sql)
  served.child.kill('SIGTERM')
  await served.ended
  new Database(path).exec('DROP TABLE entry; DELETE FROM machine').close()
  const fetched = await octavo(['fetch', 'latest', '-o', 'back.json'], { folder, env })
  t.match(fetched, {
    exit: 0,
    out: /^fetched database_backup_.* \(5 records, .*\) to .*back\.json/,
  })
  t.match(await octavo(['fetch', '-o', 'back.json'], { folder, env }), { exit: 6 })
  t.match(await octavo(['fetch', '1999-01-01'], { folder, env }), { exit: 2 })
  const words = ['restore', 'back.json', '--into', 'lab.sqlite3', '--yes']
  t.match(await octavo(words, { folder }), { exit: 0 })
  t.same(rows(path, sql), before)
})

t.test('archive and fetch load no compiled code', async (t) => {
  const folder = t.testdir()
  // What process.report lists as loaded holds every .node file, however it was loaded.
  const tell = `process.on('exit', () => {
    const { sharedObjects } = process.report.getReport()
    console.error('compiled: ' + sharedObjects.filter((path) => path.endsWith('.node')).join())
  })`
  const hook = `data:text/javascript,${encodeURIComponent(tell)}`
  const compiledBy = async (words: string[], env: Record<string, string>): Promise<string> => {
    const { err } = await run(process.execPath, ['--import', hook, cliPath, ...words], {
      folder,
      env,
    })
    return /^compiled: (.*)$/m.exec(err)?.[1] ?? err
  }
  const github = await GitHubDouble.start(folder)
  t.teardown(() => github.stop())
  const env = {
    BACKUP_URL: 'http://127.0.0.1:1',
    BACKUP_API_KEY: key,
    GITHUB_REPOSITORY: github.name,
    GITHUB_TOKEN: 'a-wrong-token',
    GITHUB_API_URL: github.url,
  }
  t.equal(await compiledBy(['archive'], env), '')
  t.equal(await compiledBy(['fetch'], env), '')
  t.match(
    await compiledBy(['doctor'], {}),
    /better_sqlite3\.node$/,
    'doctor does, so it would show',
  )
})

t.test('a clone is compiled once, and again when a source changes', async (t) => {
  const folder = t.testdir()
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(root, name), join(folder, name))
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
  // A few sources stand for all: how long the compiler takes is no matter here.
  const generator = join(folder, 'src/core/generator.ts')
  mkdirSync(dirname(generator), { recursive: true })
  cpSync(join(root, 'src/core/generator.ts'), generator)
  mkdirSync(join(folder, 'src/main'))
  writeFileSync(
    join(folder, 'src/main/cli.ts'),
    `import { version } from '../core/generator.js'\nconsole.log(version)\n`,
  )
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const prepare = () => run(process.execPath, ['scripts/prepare.mjs'], { folder })
  const version = () => run(process.execPath, ['dist/main/cli.js', '--version'], { folder })
  const together = await Promise.all([prepare(), prepare()])
  for (const { exit, err } of together) t.equal(exit, 0, err)
  t.same(together.map(({ err }) => err).sort(), ['', 'octavo: compiling\n'], 'one of the two')
  t.match(await prepare(), { exit: 0, err: '' })
  writeFileSync(generator, `export const version = '9.9.9'\n`)
  t.match(await prepare(), { exit: 0, err: 'octavo: compiling\n' })
  t.match(await version(), { out: '9.9.9\n' })
  writeFileSync(generator, 'export const version: string = 9\n')
  t.match(await prepare(), { exit: 1, err: /error: the sources could not be compiled/ })
})

t.test('npm run restore is octavo restore', async (t) => {
  const folder = labFolder(t)
  await octavo(['export', 'lab.sqlite3', '-o', 'a.json'], { folder })
  const script = [
    join(root, 'node_modules/tsx/dist/cli.mjs'),
    join(root, 'scripts/restore-database.ts'),
  ]
  const words = [...script, 'a.json', '--into', 'new.sqlite3', '--json']
  const { exit, out, err } = await run(process.execPath, words, { folder })
  t.equal(exit, 0, err)
  t.match(JSON.parse(out), { mode: 'replace', created: true })
  t.same(rows(join(folder, 'new.sqlite3'), 'SELECT count(*) FROM entry'), [[3]])
})

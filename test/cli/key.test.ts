import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { writeSample } from '../../src/sample/write-sample.js'
import { compileOctavo, octavo } from './octavo.js'

compileOctavo()

t.test('a key is printed once, listed without itself, and revoked; the trail tells', async (t) => {
  const folder = t.testdir()
  await writeSample(join(folder, 'db.sqlite3'))
  const run = (...words: string[]) => octavo(words, { folder, env: { DATABASE_URL: 'db.sqlite3' } })
  t.match(await run('audit'), { exit: 0, out: 'nothing has been noted yet\n' })
  t.notOk(existsSync(join(folder, 'backups')), 'looking makes nothing')
  const made = await run('key', 'create', 'deploy', '--scopes', 'manage,export', '--days', '30')
  t.match(made, { exit: 0, out: /^octavo_[\w-]{43}\n$/ })
  t.match(made.err, /opens export, manage until \d{4}-\d\d-\d\d\. It is shown this once/)
  const key = made.out.trim()
  const wrong = await run('key', 'create', 'x', '--scopes', 'everything')
  t.match(wrong, { exit: 2, err: /Give some of: export, manage, restore, metrics\./ })
  const listed = await run('key', 'list')
  t.match(listed.out, /name +scopes +created +until\ndeploy +export, manage +\S+ +\S+\n$/)
  t.match(await run('key', 'create', 'lasting', '--scopes', 'export'), { exit: 0 })
  t.match((await run('key', 'list')).out, /^lasting +export +\S+ +no end$/m)
  t.match(await run('key', 'revoke', 'lasting'), { exit: 0 })
  t.match(await run('key', 'revoke', 'deploy'), { exit: 0 })
  const exported = await run('export', '-o', 'backup.json')
  t.equal(exported.exit, 0, exported.err)
  t.match(await run('restore', 'backup.json', '--into', 'other.sqlite3', '--dry-run'), { exit: 0 })
  t.match(await run('restore', 'backup.json', '--into', 'other.sqlite3', '--yes'), { exit: 0 })
  t.match(await run('restore', 'none.json', '--into', 'other.sqlite3', '--yes'), { exit: 2 })
  t.match(await run('backup'), { exit: 0 })
  t.match(await run('verify', '20261122T000003Z-5a01ce'), { exit: 2 })
  const trail = await run('audit')
  const [verified, backedUp, ...lines] = trail.out.trim().split('\n').slice(1)
  t.match(verified, /user \S+ +verify +20261122T000003Z-5a01ce +failed +not-found/)
  t.match(backedUp, /user \S+ +backup +done$/)
  t.match(lines[0], /user \S+ +restore +none\.json into other\.sqlite3 +failed +not-found/)
  t.match(lines[1], /user \S+ +restore +none\.json into other\.sqlite3 +begun$/)
  t.match(lines[2], /user \S+ +restore +backup\.json into other\.sqlite3 +done$/)
  t.equal(lines.length, 8, 'looking and trying out are not noted')
  t.match(lines.at(-1), /key-create +deploy +done$/)
  t.match(JSON.parse((await run('audit', '--last', '1', '--json')).out), {
    entries: [{ action: 'verify', from: null }],
  })
  for (const { out, err } of [listed, trail]) t.notMatch(out + err, key)
})

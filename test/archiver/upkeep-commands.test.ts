import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { makeDocument } from '../support/archive/make-document.js'

const exec = promisify(execFile)
const cli = resolve(import.meta.dirname, '../../src/main/cli.ts')
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

t.test('the commands adopt and compact, say what they left, and exclude each other', async (t) => {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  const env = {
    PATH: process.env['PATH'],
    HOME: rig.folder,
    ARCHIVE_REPOSITORY: rig.github.name,
    GITHUB_TOKEN: rig.github.token,
    GITHUB_API_URL: rig.github.url,
    BACKUP_KEEP: '1',
  }
  const octavo = (...args: string[]) =>
    exec(process.execPath, ['--import', tsx, cli, ...args], { cwd: rig.folder, env })
  const made = async (day: string) =>
    (await makeDocument({ at: `${day}T00:00:00.000Z`, machines: [day] })).bytes.toString()
  await rig.github.repository.commitFiles('database-backups', {
    'backups/a.json': await made('2026-01-04'),
    'backups/b.json': await made('2026-01-11'),
    'backups/c.json': await made('2026-01-18'),
    'backups/notes.txt': 'by hand',
  })
  const adopted = await octavo('archive', '--adopt')
  t.match(adopted.stdout, /^adopted 3 backups on database-backups of lab\/backups/)
  t.match(adopted.stdout, /^ {2}c\n {2}b\n {2}a\nleft backups\/notes\.txt: no file of a backup/m)
  const again = await octavo('archive', '--adopt', '--json')
  t.match(JSON.parse(again.stdout), { commit: null, adopted: [] })
  const whole = await exec(
    process.execPath,
    ['--import', tsx, cli, 'archive', '--compact', '--json'],
    {
      cwd: rig.folder,
      env: { ...env, BACKUP_KEEP: '' },
    },
  )
  t.match(JSON.parse(whole.stdout), { pruned: [] }, 'nothing goes where no number is given')
  const compacted = await octavo('archive', '--compact')
  t.match(compacted.stdout, /^database-backups of lab\/backups is one commit now/)
  t.match(compacted.stdout, /^kept 2 backups, removed 1\nleft backups\/notes\.txt/m)
  t.match(compacted.stdout, /until GitHub/)
  t.equal(await rig.github.repository.text('rev-list', '--count', 'database-backups'), '1')
  await t.rejects(octavo('archive', '--adopt', '--compact'), { code: 2 })
  t.strictSame(
    (await rig.paths()).filter((path) => path.startsWith('manifests/')),
    ['manifests/b.json', 'manifests/c.json'],
  )
})

import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read-config.js'
import { FetchedBackups } from '../../src/main/fetched-backups.js'
import { makeActions } from '../../src/main/make-actions.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { sendText } from '../support/archive/service-double.js'

/** As the workflow runs it. */
async function start(t: Test) {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  const folder = t.testdir({ spool: {} })
  const { stdin, stdout, stderr } = process
  const tty = { in: false, out: false, err: false }
  const terminal = { in: stdin, out: stdout, err: stderr, colour: false, tty }
  const listeners = { signal: new AbortController().signal, onProgress: () => undefined }
  const run = (change: Readonly<Record<string, string>> = {}) => {
    const environment = {
      SPOOL_DIR: `${folder}/spool`,
      GITHUB_RUN_ID: '7',
      GITHUB_REPOSITORY: rig.github.name,
      GITHUB_TOKEN: rig.github.token,
      GITHUB_API_URL: rig.github.url,
      BACKUP_API_KEY: rig.service.key,
      ...change,
    }
    const base = { environment, folder, terminal, config: () => readConfig(environment, folder) }
    const backups = new FetchedBackups(base)
    t.teardown(() => backups.close())
    return makeActions({ ...base, backups }, () => undefined)
  }
  const archive = (BACKUP_URL: string) => run({ BACKUP_URL }).archive(null, listeners)
  const verify = (file: string, expect: string[] = []) =>
    run().verify({ file, expect, maxAge: null }, listeners)
  const issues = () => rig.github.issues.all.map(({ title, state }) => `${title}: ${state}`)
  return { rig, archive, verify, issues }
}

t.test('a database that is archived does not close the issue of another one', async (t) => {
  const { rig, archive, issues } = await start(t)
  const { url } = rig.service
  const { host } = new URL(url)
  const at = new Date().toISOString()
  rig.service.answers = [sendText(401, 'application/json', '{"message":"no"}')]
  await t.rejects(archive(`${url}/api/backup/database?database=shop`))
  const opened = `Octavo: the backup of ${host} (shop) failed: open`
  t.strictSame(issues(), [opened])
  await rig.serve({ at, machines: ['magnet'] })
  await archive(url)
  t.strictSame(issues(), [opened])
  rig.service.answers = [sendText(401, 'application/json', '{"message":"no"}')]
  const elsewhere = url.replace('127.0.0.1', '[::ffff:7f00:1]')
  await t.rejects(archive(`${elsewhere}/one/api/backup/database/`))
  const other = `Octavo: the backup of ${new URL(elsewhere).host}/one failed`
  t.strictSame(issues(), [opened, `${other}: open`], 'another app of the same host is another one')
})

t.test('a database that restores does not close the issue of another one', async (t) => {
  const { rig, archive, verify, issues } = await start(t)
  await rig.serve({ at: new Date().toISOString(), machines: ['magnet'] })
  await archive(rig.service.url)
  const address = `github:${rig.github.name}@latest`
  await t.rejects(verify(`${address}#shop`), { code: 'not-found' })
  await t.rejects(verify(address, ['auth.User']))
  const title = (of: string) => `Octavo: the check of the backups of ${rig.github.name}${of} failed`
  t.strictSame(issues(), [`${title(' (shop)')}: open`, `${title('')}: open`])
  await verify(`${address}#queue`)
  t.strictSame(issues(), [`${title(' (shop)')}: open`, `${title('')}: closed`])
})

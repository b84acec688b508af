import { realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkAppOptions } from '../../src/http/app-options.js'
import { createScrubber, holdsPath } from '../../src/http/scrubber.js'
import { describeHealth } from '../../src/core/backups/describe-health.js'
import { failed, known, now } from '../core/backups/records.js'
import { deskLab, keyed } from './desk-lab.js'
import { bearer, chosen, exportPath, key, runJob, wallClock, writeDatabase } from './service.js'

const folder = realpathSync(t.testdir({ real: {}, spooled: {}, 'a store (1)': {} }))
const real = join(folder, 'real/db.sqlite3')
writeDatabase(real)
const link = join(folder, 'db.sqlite3')
symlinkSync(real, link)
symlinkSync(join(folder, 'spooled'), join(folder, 'spool'))

const never = () => Promise.reject(new Error('never called'))
const desk = { shelf: {}, runs: {}, places: [[join(folder, 'a store (1)'), '"disk"']] }
const scrubber = createScrubber(
  checkAppOptions({
    databases: [chosen(link)],
    keys: [key],
    spoolFolder: join(folder, 'spool'),
    version: '1',
    clock: wallClock,
    desk: desk as never,
    runJob,
    readHealth: never,
  }),
)
const place = 'a path of the machine'

t.test('answers name what is configured, also behind links, and its folders', (t) => {
  for (const [text, shown] of [
    [`${link}: gone`, '"database": gone'],
    [`reading ${real}-wal, ${link}`, 'reading "database"-wal, "database"'],
    [`1 MB in ${folder}, where`, '1 MB in the folder of "database", where'],
    [
      `in ${folder}/real/.octavo-1/new.sqlite3`,
      'in the folder of "database"/.octavo-1/new.sqlite3',
    ],
    [`${folder}/spool/x and ${folder}/spooled/y`, 'the spool/x and the spool/y'],
    [`"${folder}/a store (1)/b.gz" beside "${real}"`, '""disk"/b.gz" beside ""database""'],
    [`${real}2`, 'the folder of "database"/db.sqlite32'],
    [`a ${folder}/a store (1)/b`, 'a "disk"/b'],
    [`${key} in ${real}`, '[redacted] in "database"'],
  ] as const)
    t.equal(scrubber.all(text), shown)
  t.end()
})

t.test('a path that is nobody’s is none of the reader’s business', (t) => {
  for (const [text, shown] of [
    [
      'needs 22.7 MB in /the/folder, where 1 MB is free',
      `needs 22.7 MB in ${place}, where 1 MB is free`,
    ],
    ["ENOENT: no such file, open '/srv/my data/x.db'", `ENOENT: no such file, open '${place}'`],
    ['(/srv/a(1)/b): it', `(${place}): it`],
    [`${real}/x,/srv/y (${real}(/srv/z))`, `"database"/x,${place} ("database"(${place}))`],
    ['file:///srv/a and sqlite:////srv/b.', `file:${place} and sqlite:${place}.`],
    ['/srv/a:/srv/b', place],
    ['at=/srv/a', `at=${place}`],
    ['GET /srv/a', `GET ${place}`],
    [`/mnt${real}`, place],
  ] as const)
    t.equal(scrubber.all(text), shown)
  t.end()
})

t.test('what is no path stays as it is', (t) => {
  for (const text of [
    'on 2026/11/22, 1/2 of it, and/or N/A',
    'S3 backups/app/prod/ at account.example.org, GitHub lab/backups',
    'see https://docs.example.org/a/b?c=/d and postgres://host/db',
    'GET /api/backups?status=success lists them; `POST /api/backups`',
    'docs/http-api.md, ../x and ~/x',
    '*/5 * * * *, a / b, </b>, /^[a-z]/',
    'application/json',
  ])
    t.equal(scrubber.all(text), text)
  t.end()
})

t.test('whatever answers would show in another way is told beforehand', (t) => {
  for (const text of [real, link, `x ${folder}`, `GET ${real}`, `"${real}`, 'https:///srv', '/x'])
    t.ok(holdsPath(text), text)
  for (const text of ['lab', 'auth.User', 'a b', 'a/b', '']) t.notOk(holdsPath(text), text)
  t.end()
})

t.test('no answer about backups has a path, wherever it came from', async (t) => {
  const run = failed('20261122T000000Z-aaaaaa', 1)
  const message = `the copy needs 22.7 MB in ${folder}, and the spool is /another/spool/x`
  const error = { code: 'space-short', message, hint: `Look at ${real}.`, details: {} } as const
  const record = { ...run, error, warnings: [message] }
  const lab = await deskLab(t, {
    databases: [chosen(link)],
    readHealth: async () => describeHealth([known([record])], { maxDropPercent: 50 }, now),
  })
  await (await lab.room()).catalog.add(record)
  const ask = async (url: string) =>
    (await lab.app.inject({ url, headers: keyed('manage') })).json()
  const { backups } = await ask('/api/backups')
  const shown = `the copy needs 22.7 MB in the folder of "database", and the spool is ${place}`
  const hint = 'Look at "database".'
  t.match(backups, [{ error: { message: shown, hint }, warnings: [shown] }])
  t.match(await ask('/api/backups/20261122T000000Z-aaaaaa'), { error: { message: shown } })
  const { findings } = await ask('/api/health/backups')
  t.ok(findings.some((one: { message: string }) => one.message.includes(shown)))
  t.notMatch(JSON.stringify([backups, findings]), folder)
})

t.test('who sends a path learns nothing of the paths that there are', async (t) => {
  const lab = await deskLab(t, { databases: [chosen(link)] })
  const { id } = await lab.known()
  const ask = async (method: 'GET' | 'POST', url: string, scope: string, payload?: object) => {
    const headers = scope === '' ? bearer : keyed(scope)
    const answer = await lab.app.inject({ method, url, headers, ...(payload && { payload }) })
    return `${answer.statusCode} ${answer.body}`
  }
  const into = { into: 'database', dryRun: true }
  const asking = (path: string): Promise<string>[] => {
    const sent = encodeURIComponent(path)
    return [
      ask('POST', '/api/backups', 'manage', { database: path }),
      ask('POST', '/api/backups', 'manage', { [path]: true }),
      ask('POST', `/api/backups/${id}/verify`, 'manage', { store: path }),
      ask('POST', `/api/backups/${id}/verify`, 'manage', { expect: [path] }),
      ask('POST', `/api/backups/${id}/restore`, 'restore', { into: path }),
      ask('POST', `/api/backups/${id}/restore`, 'restore', { into: 'database', confirm: path }),
      ask('POST', `/api/backups/${id}/restore`, 'restore', { ...into, only: [path] }),
      ask('POST', `/api/databases/${sent}/undo`, 'restore', {}),
      ask('GET', `/api/jobs/${sent}`, 'manage'),
      ask('GET', `/api/backups/trend?database=${sent}`, 'manage'),
      ask('GET', `/api/backups?${sent}=1`, 'manage'),
      ask('GET', `/api/backups/${id}/archive?store=${sent}`, 'export'),
      ask('GET', `${exportPath}?database=${sent}`, ''),
      ask('GET', `${exportPath}?models=${sent}`, ''),
      ask('GET', `${exportPath}?models=GET%20${sent}`, ''),
      ask('GET', `${path}%zz`, ''),
    ]
  }
  const wrong = await Promise.all(asking('/no/such/folder/db.sqlite3'))
  for (const answer of wrong) t.match(answer, /^4/)
  for (const path of [link, real, folder, join(lab.folder, 'one')])
    t.strictSame(await Promise.all(asking(path)), wrong, path)
})

t.test('a parameter that is wrong is named, and what was sent for it is not', async (t) => {
  const lab = await deskLab(t)
  const ask = async (url: string, payload?: object) => {
    const method = payload ? ('POST' as const) : ('GET' as const)
    const request = { method, url, headers: keyed('manage'), ...(payload && { payload }) }
    return (await lab.app.inject(request)).json()
  }
  for (const [url, payload, says] of [
    ['/api/backups?limit=abc', undefined, 'limit: a whole number'],
    ['/api/backups?limit=900', undefined, 'limit: a whole number from 1 to 200'],
    ['/api/backups/trend?last=abc', undefined, 'last: a whole number'],
    ['/api/backups', { prune: 'abc' }, 'prune: '],
    ['/api/backups?of=abc', undefined, 'Unrecognized key: "of"'],
    ['/api/backups/abc', undefined, 'id: the id of a backup'],
  ] as const) {
    const { message } = await ask(url, payload)
    t.ok(message.startsWith(`the request has mistakes: ${says}`), message)
    t.notMatch(message, /abc|900/)
  }
})

import {
  appendFileSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { appendAudit, readAudit } from '../../src/access/audit-file.js'
import { createKey, readKeys, revokeKey, type NewKey } from '../../src/access/key-folder.js'
import { watchedKeys } from '../../src/access/watched-keys.js'
import type { AuditEntry, Scope } from '../../src/core/access.js'
import { bearer, exportPath, startService } from '../http/service.js'

const createdAt = new Date('2026-11-22T00:17:00.000Z')

function wanted(name: string, scopes: readonly Scope[], expiresAt: Date | null = null): NewKey {
  return { name, scopes, createdAt, expiresAt }
}

const watching = { now: () => new Date(), warn: () => undefined }

t.test('of a key only the digest is kept, private, and a name is taken once', async (t) => {
  const folder = join(t.testdir(), 'keys')
  t.same(await readKeys(folder), { keys: [], faults: [] })
  const key = await createKey(folder, wanted('deploy', ['export', 'manage', 'export']))
  t.match(key, /^octavo_[\w-]{43}$/)
  const path = join(folder, 'deploy.json')
  t.notMatch(readFileSync(path, 'utf8'), key.slice(7, 20))
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(folder).mode & 0o777, 0o700)
  const { keys } = await readKeys(folder)
  t.match(keys, [{ name: 'deploy', scopes: ['export', 'manage'], createdAt, expiresAt: null }])
  await t.rejects(createKey(folder, wanted('deploy', ['export'])), { code: 'usage' })
  t.same((await readKeys(folder)).keys, keys, 'the first one is as it was')
  for (const name of ['', '.hidden', 'a/b', '../up', 'a b', 'ä', 'x'.repeat(65), '-x'])
    await t.rejects(createKey(folder, wanted(name, ['export'])), { code: 'usage' }, name)
  await t.rejects(revokeKey(folder, '../keys/deploy'), { code: 'usage' })
  await t.rejects(revokeKey(folder, 'other'), { code: 'not-found' })
  await revokeKey(folder, 'deploy')
  t.same(readdirSync(folder), [])
})

t.test('of many that make a key of one name at once, one does', async (t) => {
  const folder = join(t.testdir(), 'keys')
  const tries = Array.from({ length: 10 }, () => createKey(folder, wanted('one', ['export'])))
  const done = await Promise.allSettled(tries)
  t.equal(done.filter(({ status }) => status === 'fulfilled').length, 1)
  t.same(readdirSync(folder), ['one.json'])
})

t.test('a file that is no key opens nothing, and is told of once', async (t) => {
  const folder = t.testdir({ 'bad.json': '{', 'other.json': '{"octavo_key":2}', notes: 'x' })
  await createKey(folder, wanted('good', ['metrics']))
  const told: string[] = []
  const read = watchedKeys(folder, { now: () => new Date(), warn: (line) => told.push(line) })
  t.match(await read(), [{ name: 'good' }])
  t.match(await read(), [{ name: 'good' }])
  t.equal(told.length, 2)
  t.match(told.join(), /bad\.json opens nothing.*other\.json opens nothing/)
})

t.test('a folder that has long been as it is, is read once', async (t) => {
  const folder = t.testdir()
  await createKey(folder, wanted('first', ['export']))
  const past = new Date('2026-01-01')
  utimesSync(folder, past, past)
  const read = watchedKeys(folder, watching)
  t.match(await read(), [{ name: 'first' }])
  writeFileSync(join(folder, 'first.json'), 'not read any more')
  t.match(await read(), [{ name: 'first' }], 'the file was not read again')
  await revokeKey(folder, 'first')
  t.same(await read(), [])
})

t.test('each key opens what it was made for, until it is revoked or over', async (t) => {
  const folder = join(t.testdir(), 'keys')
  const audit: Omit<AuditEntry, 'at'>[] = []
  const { app, log } = await startService(t, {
    keptKeys: watchedKeys(folder, watching),
    audit: async (entry) => void audit.push(entry),
    readHealth: async () => ({ checkedAt: createdAt.toISOString(), databases: [], findings: [] }),
  })
  const ask = async (url: string, key: string) => {
    const answer = await app.inject({ url, headers: { authorization: `Bearer ${key}` } })
    return answer.statusCode
  }
  const unknown = 'octavo_0123456789012345678901234567890123456789012'
  t.equal(await ask(exportPath, unknown), 401)
  const reader = await createKey(folder, wanted('reader', ['export']))
  const scraper = await createKey(folder, wanted('scraper', ['metrics']))
  const over = await createKey(folder, wanted('over', ['export'], new Date(Date.now() - 1)))
  t.equal(await ask(exportPath, reader), 200)
  t.equal(await ask('/metrics', reader), 403)
  t.equal(await ask('/api/health/backups', reader), 403)
  t.equal(await ask('/metrics', scraper), 200)
  t.equal(await ask('/api/health/backups', scraper), 200)
  const refused = await app.inject({
    url: exportPath,
    headers: { authorization: `Bearer ${scraper}` },
  })
  t.match(refused.json(), { code: 'scope-missing', message: /^key scraper .* needs export$/ })
  t.equal(await ask(exportPath, over), 401)
  t.equal((await app.inject({ url: '/metrics', headers: bearer })).statusCode, 200)
  t.same(
    audit.map(({ who, from, action, subject, outcome, detail }) =>
      [who, from, action, subject, outcome, detail].join(' '),
    ),
    ['key reader 127.0.0.1 export database done 20 records as json'],
  )
  const form = { method: 'POST', url: '/admin/export' } as const
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const page = await app.inject({ ...form, headers, payload: `key=${scraper}` })
  t.equal(page.statusCode, 403)
  t.equal((await app.inject({ ...form, headers, payload: `key=${reader}` })).statusCode, 200)
  t.equal(audit.length, 2)
  await revokeKey(folder, 'reader')
  t.equal(await ask(exportPath, reader), 401, 'at once')
  for (const key of [reader, scraper, over]) t.notMatch(log(), key)
})

t.test('the trail keeps what was noted, also beside a line that broke off', async (t) => {
  const path = join(t.testdir(), 'audit.jsonl')
  t.same(await readAudit(path, 5), [])
  const entry = (subject: string): AuditEntry => {
    const what = { action: 'restore', outcome: 'done', detail: null } as const
    return { at: createdAt, who: 'user root', from: null, subject, ...what }
  }
  await appendAudit(path, entry('first'))
  appendFileSync(path, '{"at":"2026-')
  await appendAudit(path, entry('second\nline'))
  await Promise.all(Array.from({ length: 50 }, (_, n) => appendAudit(path, entry(`many ${n}`))))
  t.equal(statSync(path).mode & 0o777, 0o600)
  const all = await readAudit(path, 1000)
  t.equal(all.length, 52)
  t.match(all.slice(-2), [entry('second\nline'), entry('first')])
  t.same((await readAudit(path, 3)).length, 3)
  t.same((await readAudit(path, 3))[0], all[0])
})

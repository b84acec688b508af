import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { recordFields } from '../../../src/http/admin/compare/record-fields.js'
import { diff } from '../../../src/jobs/diff.js'
import type { DiffSide } from '../../../src/jobs/job-types.js'
import { deskLab, soon } from '../desk-lab.js'
import { memoryDesk } from './memory-desk.js'
import { Visitor } from './visitor.js'

async function backupsLab(t: Test) {
  const readHealth = async () => ({ checkedAt: '', databases: [], findings: [] })
  const lab = await deskLab(t, { admin: memoryDesk(), readHealth })
  const visit = (role: string) => new Visitor(lab.app).logIn(role)
  const change = (sql: string): void => {
    const database = new Database(join(lab.folder, 'lab.sqlite3'))
    database.exec(sql)
    database.close()
  }
  return { ...lab, visit, change }
}

const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&quot;', '"')
    .trim()

t.test('a backup tells its models, what changed, its copies, digests and log', async (t) => {
  const lab = await backupsLab(t)
  const first = await lab.backUp()
  lab.change(`INSERT INTO machine VALUES (3, 'pump', 1); DELETE FROM entry WHERE id > 1;
    CREATE TABLE "<script>alert(1)</script>"(id INTEGER PRIMARY KEY); DROP TABLE empty`)
  const second = await lab.backUp()
  const visitor = await lab.visit('operator')
  const { body, headers } = await visitor.get(`/admin/backups/${second.id}`)
  const text = textOf(body)
  t.match(headers['cache-control'], 'no-store')
  t.match(text, /Backup of database, 2026-11-22 00:01 UTC Success label not known 20261122T/)
  t.match(text, /machine 3 \+1 /)
  t.match(text, /entry 1 −2 /)
  t.match(text, /empty gone none/)
  t.match(text, /&lt;script>alert\(1\)&lt;\/script> 0 new/)
  t.notMatch(body, '<script>alert')
  t.match(text, /Change in size [+−]\d+ bytes \([+−][\d.]+ %\) since the one before/)
  t.match(text, /one Equal to the database, row by row 2026-11-22 00:01 UTC database_backup_/)
  t.match(body, `<code data-copy="the digest of the archive">${second.manifest?.archive.sha256}`)
  t.match(body, `<code data-copy="the digest of the content">${second.manifest?.content_sha256}`)
  t.match(text, /Log \[2026-11-22 00:01:00\] Starting database backup 20261122T/)
  t.match(text, 'Database: database, "database"', 'the log has no path of the machine')
  t.notMatch(body, lab.folder)
  t.match(text, /Download Verify Compare Pin/)
  t.match(text, 'Remove: ask for the role admin.')
  t.match(textOf((await visitor.get(`/admin/backups/${first.id}`)).body), 'the first of its kind')
  const manifest = await visitor.get(`/admin/backups/${second.id}/manifest.json`)
  t.match(manifest.headers['content-disposition'], `attachment; filename="${second.id}.manifest`)
  t.strictSame(JSON.parse(manifest.body), second.manifest)
  const archive = await visitor.get(`/admin/backups/${second.id}/archive`)
  t.match(archive.headers['content-disposition'], 'attachment; filename="database_backup_')
  t.equal(archive.rawPayload.length, second.manifest?.archive.size)
  t.match(lab.audit.at(-1), { action: 'download', who: 'account operator', subject: second.id })
  const unknown = await visitor.get('/admin/backups/20261122T000000Z-ffffff')
  t.match(textOf(unknown.body), 'Look for it in the backup history')
  t.equal(unknown.statusCode, 404)
  t.equal((await visitor.get('/admin/backups/x')).statusCode, 400)
})

t.test('a failed backup tells what went wrong first, and where nothing is held so', async (t) => {
  const lab = await backupsLab(t)
  const error = {
    code: 'space-short' as const,
    message: `could not write ${lab.folder}/one/x`,
    hint: 'Free some space.',
    details: {},
  }
  const gone = { manifest: null, copies: [] }
  const failed = await lab.known({ status: 'failed', error, ...gone })
  const running = await lab.known({ status: 'in-progress', endedAt: null, ...gone })
  const pruned = await lab.known({ copies: [], warnings: [`a link to ${lab.folder}/one`] })
  const again = await lab.known({ unchangedFrom: pruned.id, ...gone })
  const visitor = await lab.visit('admin')
  const page = async (id: string) => textOf((await visitor.get(`/admin/backups/${id}`)).body)
  t.match(
    await page(failed.id),
    /Failed .* Could not write "one"\/x\. Free some space\. .* Remove Started/,
  )
  t.match(await page(failed.id), 'Nothing is kept of what this run told.')
  t.match(await page(running.id), /In progress .* This backup is being made\. Started/)
  t.match(await page(pruned.id), 'No store holds this backup any more.')
  t.match(await page(pruned.id), 'A link to "one"')
  t.match(await page(again.id), `The same content is in ${pruned.id}`)
  for (const what of ['archive', 'compare']) {
    const answer = await visitor.get(`/admin/backups/${again.id}/${what}`)
    t.equal(answer.statusCode, 404, what)
    t.match(textOf(answer.body), `Its run found nothing new: take ${pruned.id}.`)
  }
  t.equal((await visitor.get(`/admin/backups/${failed.id}/manifest.json`)).statusCode, 404)
})

t.test('who may does it with a form: verify, pin, unpin, remove', async (t) => {
  const lab = await backupsLab(t)
  const [old, last] = [await lab.backUp(), await lab.backUp()]
  const here = `/admin/backups/${old.id}`
  const operator = await lab.visit('operator')
  await operator.get(here)
  const verified = await operator.post(`${here}/verify`)
  t.match(verified.headers.location, /^\/admin\/jobs\//)
  t.match(lab.held.started, [{ verb: 'verify', request: { id: old.id, store: null } }])
  t.match(textOf((await operator.get(here)).body), 'Follow the verification')
  lab.held.end({ record: old, copies: [], failed: [] })
  await soon(async () => !(await operator.get(here)).body.includes('Follow the verification'))
  const page = await operator.post(`${here}/pin`, { back: '/admin/backups?label=x' })
  t.equal(page.headers.location, '/admin/backups?label=x')
  t.match((await operator.get(here)).body, 'Pinned: no policy removes this backup.')
  for (const back of ['https://evil.example/', '//evil.example', '/admin/backupsx', '/admin/jobs'])
    t.equal((await operator.post(`${here}/pin`, { back })).headers.location, here, back)
  t.equal((await operator.get(`${here}/remove`)).statusCode, 403)
  t.match(lab.audit.at(-1), { action: 'remove', outcome: 'refused', subject: old.id })
  const admin = await lab.visit('admin')
  t.match(textOf((await admin.get(`${here}/remove`)).body), /is pinned\. .* Unpin$/)
  t.equal((await admin.post(`${here}/remove`)).statusCode, 409)
  await admin.get(`${here}/remove`)
  await admin.post(`${here}/unpin`)
  const asked = textOf((await admin.get(`${here}/remove`)).body)
  t.match(asked, /Remove this backup\? Database database .* Stores one, two .* Remove Keep it$/)
  const removed = await admin.post(`${here}/remove`)
  await soon(async () => (await lab.desk.shelf.get(old.id)) === null)
  t.match((await admin.follow(removed)).body, 'The backup is gone from every store.')
  t.equal((await admin.get(here)).statusCode, 404)
  const newest = `/admin/backups/${last.id}/remove`
  t.match(
    textOf((await admin.get(newest)).body),
    /newest verified one .* Remove the newest verified/,
  )
  t.equal((await admin.post(newest)).statusCode, 409, 'not without insisting')
  await admin.get(newest)
  t.equal((await admin.post(newest, { force: 'true' })).statusCode, 303)
  await soon(async () => (await lab.desk.shelf.get(last.id)) === null)
})

t.test('nothing is done for a viewer, without a session, or by a form of elsewhere', async (t) => {
  const lab = await backupsLab(t)
  const { id } = await lab.known()
  const here = `/admin/backups/${id}`
  const viewer = await lab.visit('viewer')
  t.equal((await viewer.get(here)).statusCode, 200)
  for (const path of ['archive', 'compare', 'remove'])
    t.equal((await viewer.get(`${here}/${path}`)).statusCode, 403, path)
  for (const path of ['verify', 'pin', 'unpin', 'compare', 'remove']) {
    t.equal((await viewer.post(`${here}/${path}`)).statusCode, 403, path)
    t.equal((await new Visitor(lab.app).post(`${here}/${path}`)).statusCode, 303, path)
  }
  t.match(await lab.desk.shelf.get(id), { pinned: false })
  const admin = await lab.visit('admin')
  for (const path of ['verify', 'pin', 'compare', 'remove']) {
    admin.csrf = 'x'
    t.equal((await admin.post(`${here}/${path}`)).statusCode, 403, path)
  }
  t.strictSame(lab.held.started, [])
  t.match(await lab.desk.shelf.get(id), { pinned: false })
})

t.test(
  'backups are compared down to the values of a record, however they are called',
  async (t) => {
    const lab = await backupsLab(t)
    // As its process does, in this one.
    lab.desk.runs.compare = async ({ a, b, show }, { signal, onProgress }) => {
      const side = async (wish: typeof b): Promise<DiffSide> => {
        if ('backup' in wish) {
          const record = await lab.desk.shelf.get(wish.backup)
          return { kind: 'file', file: record ? lab.archivePath(record) : '' }
        }
        const path = join(lab.folder, 'lab.sqlite3')
        const address = { engine: 'sqlite', path, shown: path } as const
        const database = { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
        return { kind: 'database', database }
      }
      const at = lab.clock.now().toISOString()
      const input = { workFolder: lab.folder, show, at, busyTimeoutMs: 1000 }
      return diff({ a: await side(a), b: await side(b), ...input }, { signal, onProgress })
    }
    lab.change(`CREATE TABLE "<script>alert(1)</script>"(id INTEGER PRIMARY KEY, "<b>" TEXT, n);
    INSERT INTO "<script>alert(1)</script>" VALUES
      (1, 'old', 1), (2, 'goes', 9223372036854775807), (3, 'stays', 1)`)
    const old = await lab.backUp()
    lab.change(`UPDATE "<script>alert(1)</script>" SET "<b>" = '<img src=x>', n = '1' WHERE id = 1;
    DELETE FROM "<script>alert(1)</script>" WHERE id = 2;
    INSERT INTO "<script>alert(1)</script>" VALUES (4, '${'long '.repeat(100)}', NULL)`)
    const young = await lab.backUp()
    const admin = await lab.visit('admin')
    const chosen = await admin.get(`/admin/backups/${young.id}/compare`)
    t.match(chosen.body, `<option value="${old.id}" selected>`)
    const begun = await admin.post(`/admin/backups/${young.id}/compare`, { backup: old.id })
    const job = String(begun.headers.location)
    await soon(async () => (await admin.get(job)).body.includes('Show what differs'))
    const address = /href="(\/admin\/comparisons\/[^"]+)"/.exec((await admin.get(job)).body)?.[1]
    const { body } = await admin.get(String(address))
    const text = textOf(body)
    t.match(text, `From backup ${old.id} to backup ${young.id}`, 'from the older one')
    const name = '&lt;script>alert(1)&lt;/script>'
    t.match(text, `${name} 1 1 1 3 other models are the same.`)
    t.match(text, `Changed 1 Field ${old.id} ${young.id}`)
    t.match(text, /&lt;b> old &lt;img src=x> n 1 "1" 1 field is the same/)
    t.match(body, '<del><bdi class="value">old</bdi></del>')
    t.match(body, '<ins><bdi class="value">&lt;img src=x></bdi></ins>')
    t.match(text, `Removed 2 Field ${old.id} (pk) 2`)
    t.match(text, 'n 9223372036854775807', 'to the last digit')
    t.match(text, `Added 4 Field ${young.id} (pk) 4`)
    t.match(text, 'all 500 characters')
    t.notMatch(body, /<script>alert|<img/)
    const restore = new URLSearchParams({ backup: old.id, record: '<script>alert(1)</script>:1' })
    t.match(body, `<a href="/admin/restore/plan?${restore.toString().replace('&', '&amp;')}">`)
    const model = new URLSearchParams({ model: '<script>alert(1)</script>' })
    t.match(textOf((await admin.get(`${address}?${model}`)).body), `What differs in ${name}`)
    t.match((await admin.get(`${address}?model=machine`)).body, 'This model has no difference.')
    const operator = await lab.visit('operator')
    t.notMatch((await operator.get(String(address))).body, 'Restore this record')
    const viewer = await lab.visit('viewer')
    t.equal((await viewer.get(String(address))).statusCode, 403)
    for (const path of [job, `${job}/events`]) {
      const seen = await viewer.get(path)
      t.equal(seen.statusCode, 200, 'a viewer follows it')
      t.notMatch(seen.body, '922337203685', `and sees no record: ${path}`)
    }
    await admin.get(`/admin/backups/${young.id}/compare`)
    const live = await admin.post(`/admin/backups/${young.id}/compare`, { database: 'database' })
    const liveJob = String(live.headers.location)
    await soon(async () => (await admin.get(liveJob)).body.includes('There is no difference.'))
    const statusOf = async (fields: Record<string, string>) =>
      (await admin.post(`/admin/backups/${young.id}/compare`, fields)).statusCode
    t.equal(await statusOf({}), 400)
    t.equal(await statusOf({ backup: young.id }), 400)
    t.equal(await statusOf({ other: 'x' }), 400)
    t.equal(await statusOf({ other: '20261122T000000Z-ffffff' }), 404)
    t.equal(await statusOf({ database: 'another' }), 404)
    t.equal((await admin.get(`/admin/comparisons/${crypto.randomUUID()}`)).statusCode, 404)
  },
)

t.test('a record line is shown field by field, and what is none as it is', (t) => {
  const line = (fields: string) => `{"model":"m","pk":1,"fields":{${fields}}}`
  const fields = recordFields(
    line('"a":null,"b":"","c":[1,{"x":2}],"d":{"$numberLong":"9007199254740993"},"__proto__":1.0'),
    line('"a":false,"b":"","d":{"$binary":{"base64":"AP8Q","subType":"00"}},"e":1e5'),
  )
  t.strictSame(
    fields.map(({ name, a, b, differs }) => [name, a?.text, b?.text, differs]),
    [
      ['(pk)', '1', '1', false],
      ['a', 'null', 'false', true],
      ['b', '', '', false],
      ['c', '[1,{"x":2}]', undefined, true],
      ['d', '9007199254740993', '3 bytes: AP8Q', true],
      ['__proto__', '1.0', undefined, true],
      ['e', undefined, '1e5', true],
    ],
  )
  t.match(recordFields('no JSON', null), [{ name: 'record', a: { text: 'no JSON' }, b: null }])
  t.end()
})

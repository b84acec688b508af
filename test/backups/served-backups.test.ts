import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import { cliPath, compileOctavo, octavo } from '../cli/octavo.js'
import { labFolder, rows } from '../cli/lab-folder.js'
import { soon } from '../http/desk-lab.js'
import { launch } from '../support/launch.js'

compileOctavo()

const setting = 'a-key-of-the-tests-0123456789abcdef'

async function served(t: Test) {
  const folder = labFolder(t)
  const env = { DATABASE_URL: 'lab.sqlite3', BACKUP_DIR: 'backups', SCHEDULE: 'off' }
  const words = ['key', 'create', 'deploy', '--scopes', 'export,manage,restore']
  const made = await octavo(words, { folder, env })
  t.equal(made.exit, 0, made.err)
  const authorization = `Bearer ${made.out.trim()}`
  const listening = { ...env, BACKUP_API_KEY: setting, PORT: '0', HOST: '127.0.0.1' }
  const start = async () => {
    const service = launch(t, [cliPath, 'serve'], folder, listening)
    return { service, url: await service.waitFor(/Server listening at (http:[^"]+)"/) }
  }
  let { service, url } = await start()
  const send = async (method: string, path: string, body?: object, more: object = {}) => {
    const json = body && { 'content-type': 'application/json' }
    return await fetch(url + path, {
      method,
      headers: { authorization, ...json, ...more },
      ...(body && { body: JSON.stringify(body) }),
    })
  }
  /** Ends the service in the middle of a backup; resolves with its exit code. */
  const endDuringBackup = async (signal: NodeJS.Signals) => {
    const before = service.output().length
    t.equal((await send('POST', '/api/backups')).status, 202)
    await soon(() => service.output().slice(before).includes('Backup created successfully'))
    service.child.kill(signal)
    return service.ended
  }
  const again = async (): Promise<void> => {
    ;({ service, url } = await start())
  }
  /** The events of a job, to its end; it must go well. */
  const follow = async (started: Response) => {
    t.equal(started.status, 202, await started.clone().text())
    const address = started.headers.get('location') ?? ''
    const accept = { accept: 'text/event-stream' }
    const text = await (await send('GET', address, undefined, accept)).text()
    const end: unknown = JSON.parse(/event: end\ndata: (.*)\n/.exec(text)?.[1] ?? 'null')
    t.match(end, { status: 'done', startedBy: 'key deploy' }, text)
    return { text, end: end as { result: Record<string, unknown> } } // it has matched
  }
  const catalog = () => openCatalog(join(folder, 'backups/.octavo/catalog.sqlite3'))
  return { folder, env, send, follow, catalog, endDuringBackup, again }
}

const everything = 'SELECT * FROM machine JOIN entry ON entry.machine = machine.id ORDER BY 1, 4'

function change(folder: string, sql: string): void {
  const database = new Database(join(folder, 'lab.sqlite3'))
  database.exec(sql)
  database.close()
}

t.test('a backup is made, followed, fetched, proved, pinned and restored over HTTP', async (t) => {
  const { folder, env, send, follow, catalog, endDuringBackup, again } = await served(t)
  const json = async (path: string): Promise<unknown> => (await send('GET', path)).json()
  t.strictSame(await json('/api/backups'), { backups: [], next: null })

  const { text, end } = await follow(await send('POST', '/api/backups'))
  t.match(text, /event: log\ndata: \{"line":"\[[^"]*Starting database backup/)
  t.match(text, /event: progress\ndata: \{"phase":/)
  t.match(text, /Backup completed successfully/)
  t.notMatch(text, folder)
  const [backup] = end.result['backups'] as { readonly id: string }[]
  const id = backup?.id ?? ''
  const one = `/api/backups/${id}`
  t.match(await json('/api/backups'), {
    backups: [{ id, startedBy: 'key deploy', status: 'success', records: 5 }],
  })

  const files = readdirSync(join(folder, 'backups')).filter((name) => name.endsWith('.json.gz'))
  const stored = readFileSync(join(folder, 'backups', files[0] ?? ''))
  const archive = await send('GET', `${one}/archive`)
  t.strictSame(Buffer.from(await archive.arrayBuffer()), stored)
  const digest = createHash('sha256').update(stored).digest('base64')
  t.equal(archive.headers.get('repr-digest'), `sha-256=:${digest}:`)
  const part = await send('GET', `${one}/archive`, undefined, { range: 'bytes=5-14' })
  t.equal(part.status, 206)
  t.strictSame(Buffer.from(await part.arrayBuffer()), stored.subarray(5, 15))

  const proof = await follow(await send('POST', `${one}/verify`))
  t.match(proof.end.result, { copies: [{ store: 'disk', verified: 'snapshot' }] })
  t.match(await (await send('PUT', `${one}/pin`)).json(), { pinned: true })
  const kept = await send('DELETE', one)
  t.equal(kept.status, 409)
  t.match(await kept.json(), { code: 'backup-kept' })

  const before = rows(join(folder, 'lab.sqlite3'), everything)
  change(folder, "UPDATE machine SET name = 'gone'; DELETE FROM entry WHERE id = 2")
  const changed = rows(join(folder, 'lab.sqlite3'), everything)
  const compared = await follow(
    await send('POST', `${one}/compare`, { with: { database: 'database' } }),
  )
  t.match(compared.end.result, {
    equal: false,
    models: [
      { model: 'empty', added: 0, shown: [] },
      { model: 'machine', changed: 2, shown: [{ key: '1', a: /"name":"[^g]/, b: /gone/ }, {}] },
      { model: 'entry', removed: 1, shown: [{ key: '2', b: null }] },
    ],
  })
  t.notMatch(compared.text, folder)
  const into = { into: 'database', confirm: 'database' }
  const restore = await follow(await send('POST', `${one}/restore`, into))
  t.match(restore.end.result, { mode: 'replace', dryRun: false })
  t.notMatch(restore.text, folder)
  t.strictSame(rows(join(folder, 'lab.sqlite3'), everything), before)
  const undo = await follow(
    await send('POST', '/api/databases/database/undo', { confirm: 'database' }),
  )
  t.notMatch(undo.text, folder)
  t.strictSame(rows(join(folder, 'lab.sqlite3'), everything), changed)

  t.equal((await send('DELETE', `${one}/pin`)).status, 200)
  t.equal((await send('DELETE', one)).status, 409, 'the newest verified one')
  const refused = await octavo(['remove', id, '--yes'], { folder, env })
  t.match(refused, { exit: 6, err: /newest verified one of database as json in disk/ })
  await follow(await send('DELETE', `${one}?force=true`))
  t.strictSame(readdirSync(join(folder, 'backups')), ['.octavo'])
  t.equal((await send('GET', one)).status, 404)

  const readTrail = (): string => readFileSync(join(folder, 'backups/.octavo/audit.jsonl'), 'utf8')
  // The end of a job is told first, and noted then.
  await soon(() => /"remove"[^\n]*"done"/.test(readTrail()))
  const trail = readTrail()
  const noted = trail.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []))
  const byKey = noted.filter(({ who }) => who === 'key deploy')
  t.strictSame(
    byKey.map(({ action, outcome }) => `${action} ${outcome}`),
    [
      'backup done',
      'download done',
      'download done',
      'verify done',
      'pin done',
      'remove refused',
      'compare done',
      'restore begun',
      'restore done',
      'undo begun',
      'undo done',
      'unpin done',
      'remove refused',
      'remove begun',
      'remove done',
    ],
  )

  t.equal(await endDuringBackup('SIGKILL'), null)
  const records = await catalog()
  t.teardown(() => records.close())
  const underWay = async () => (await records.list({ status: 'in-progress' })).length
  await soon(async () => (await underWay()) === 0)
  t.equal((await records.list()).length, 1, 'what a job of a killed service did is known')
  await again()
  t.equal(await endDuringBackup('SIGTERM'), 0)
  t.equal(await underWay(), 0, 'a service that is told to end waits for its job')
  const all = await records.list()
  t.equal(all.length, 2)
  const whole = all.flatMap(({ copies, manifest }) =>
    copies.length > 0 ? [manifest?.archive.name] : [],
  )
  const left = readdirSync(join(folder, 'backups')).filter((name) => name.endsWith('.gz'))
  t.strictSame(new Set(left), new Set(whole), 'there is no archive that is not listed')
})

t.test('on a new disk the service lists what the stores hold', async (t) => {
  const { folder, env, send, again } = await served(t)
  t.match(await octavo(['backup'], { folder, env }), { exit: 0 })
  rmSync(join(folder, 'backups/.octavo/catalog.sqlite3'))
  await again()
  const list = async () =>
    (await (await send('GET', '/api/backups')).json()) as { backups?: unknown[] }
  await soon(async () => (await list()).backups?.length === 1)

  const catalog = join(folder, 'backups/.octavo/catalog.sqlite3')
  writeFileSync(catalog, 'no database at all, and long enough to be looked at as one. '.repeat(20))
  const damaged = await send('GET', '/api/backups')
  t.equal(damaged.status, 503)
  t.match(await damaged.json(), { code: 'catalog-damaged' })
  await soon(async () => (await list()).backups?.length === 1)
  const aside = readdirSync(join(folder, 'backups/.octavo')).filter((name) => /damaged/.test(name))
  t.equal(aside.length, 1, 'what it was is kept')
})

import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import type { BackupRecord } from '../../../src/core/backups/catalog.js'
import { idOf, instantOf, runOf, succeeded } from '../../catalog/run-of.js'
import { deskLab, type DeskLab } from '../desk-lab.js'
import { memoryDesk } from './memory-desk.js'
import { Visitor } from './visitor.js'

async function historyLab(t: Test) {
  const readHealth = async () => ({ checkedAt: '', databases: [], findings: [] })
  const lab = await deskLab(t, { admin: memoryDesk(), readHealth })
  const visit = (role: string) => new Visitor(lab.app).logIn(role)
  return { ...lab, visit }
}

const rows = (body: string): string[] =>
  body
    .split('<tbody>')[1]
    ?.split(/<tr(?: class="explained")?>/)
    .slice(1) ?? []

const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** A run that failed, with places of the machine in what it says. */
const failure = ({ folder }: DeskLab): Partial<BackupRecord> => ({
  status: 'failed',
  manifest: null,
  copies: [],
  error: {
    code: 'space-short',
    message: `could not write ${folder}/one/<b>x</b>`,
    hint: 'Free some space.',
    details: {},
  },
})

t.test('where nothing ran the history says what to do next', async (t) => {
  const lab = await historyLab(t)
  const page = await (await lab.visit('operator')).get('/admin/backups')
  t.equal(page.statusCode, 200)
  t.match(textOf(page.body), /There is no backup yet\. Press “Back up now” on the overview/)
  t.notMatch(page.body, '<table')
  t.match(textOf((await (await lab.visit('viewer')).get('/admin/backups')).body), /ask somebody/)
})

t.test('every run has its dot and word, its facts, and what its reader may do', async (t) => {
  const lab = await historyLab(t)
  const good = await lab.known({
    startedBy: 'account <ada>',
    endedAt: '2026-11-22T00:01:02.500Z',
  })
  await lab.known(failure(lab))
  await lab.known({ status: 'in-progress', manifest: null, copies: [], endedAt: null })
  await lab.known({ pinned: true })
  const operator = await lab.visit('operator')
  const { body } = await operator.get('/admin/backups')
  const [pinned, running, failed, first] = rows(body).map(textOf)
  t.match(pinned, /^Success pinned /)
  t.match(running, /^In progress .* – none – none – none – none – none schedule daily Look$/)
  t.match(
    failed,
    /^Failed .* Look Could not write &quot;one&quot;\/&lt;b>x&lt;\/b>\. Free some space\.$/,
  )
  t.match(first, /^Success 2026-11-22 00:01 UTC database prod 1 kB 100 2.5 s 2026-11-22/)
  t.match(first, /one, two account &lt;ada> Actions for database .* Download Verify Pin$/)
  t.notMatch(body, lab.folder)
  t.notMatch(body, '<b>x')
  t.match(body, `href="/admin/backups/${good.id}/archive" download`)
  t.match(
    body,
    /<span class="dot bad"><span class="mark" aria-hidden="true"><\/span>Failed<\/span>/,
  )
  const admin = (await (await lab.visit('admin')).get('/admin/backups')).body
  t.match(rows(admin).map(textOf).at(-1), /Download Verify Pin Remove$/)
  const viewer = (await (await lab.visit('viewer')).get('/admin/backups')).body
  t.match(rows(viewer).map(textOf).at(-1), /Look$/)
})

t.test('the history is filtered, sorted and paged by addresses', async (t) => {
  const lab = await historyLab(t)
  await lab.known({ label: 'dev', startedBy: 'cli' })
  await lab.known({ label: 'prod' })
  const visitor = await lab.visit('viewer')
  const shown = async (query: string) => {
    const page = await visitor.get(`/admin/backups${query}`)
    t.equal(page.statusCode, 200, `${query} ${page.body}`)
    return page.body
  }
  const empty = '?database=&label=&status=&format=&store=&from=&to=&text='
  t.equal(rows(await shown(empty)).length, 2, 'a form sends what is empty, too')
  t.equal(rows(await shown(`${empty}CLI`)).length, 1)
  const dev = await shown('?label=dev&sort=size&way=up')
  t.match(dev, '<option value="dev" selected>dev</option>')
  t.match(
    dev,
    /aria-sort="ascending"><a class="sort" href="\/admin\/backups\?label=dev&amp;sort=size"/,
  )
  t.match(dev, '<input type="hidden" name="sort" value="size"')
  t.match(dev, '<a href="/admin/backups?sort=size&amp;way=up">Show all</a>')
  t.match(await shown('?store=elsewhere'), 'No run is like that.')
  t.match(await shown('?store=elsewhere'), '<option value="elsewhere" selected>')
  t.match(await shown('?page=3'), 'There is nothing on page 3.')
  t.match(await shown('?from=2026-11-23'), 'No run is like that.')
  for (const wrong of [
    '?sort=colour',
    '?page=0',
    '?from=yesterday',
    '?labl=dev',
    '?label=a&label=b',
  ])
    t.equal((await visitor.get(`/admin/backups${wrong}`)).statusCode, 400, wrong)
})

t.test('a page of 10,000 runs reads those on it, and no other', async (t) => {
  const lab = await historyLab(t)
  await lab.known()
  const connection = new Database(join(lab.folder, 'backups/.octavo/catalog.sqlite3'))
  t.teardown(() => connection.close())
  const { id: _, database, label, status, startedAt: _at, ...rest } = runOf(0, succeeded(0))
  const add = connection.prepare(
    'INSERT INTO runs (id, database, label, status, started_at, rest) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const addAll = connection.transaction(() => {
    for (let hour = 0; hour < 9_999; hour += 1) {
      const second = hour * 3600
      // Whoever reads one of the old ones says so.
      const read = { ...rest, ...(hour >= 50 && hour < 9_900 && { warnings: 'none' }) }
      const plain = [database, label, status] as const
      add.run(idOf(second), ...plain, instantOf(second), JSON.stringify(read))
    }
  })
  addAll()
  const visitor = await lab.visit('operator')
  const last = await visitor.get('/admin/backups?page=200&sort=started')
  t.match(textOf(last.body), '9,951 to 10,000 of 10,000 runs')
  t.equal(last.statusCode, 200)
  t.notMatch(last.body, 'can not be read')
  for (const sort of ['started', 'database', 'status']) {
    const page = await visitor.get(`/admin/backups?sort=${sort}`)
    t.equal(rows(page.body).length, 50, sort)
    t.notMatch(page.body, 'can not be read', sort)
  }
})

import { existsSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { chromium, type Browser } from 'playwright-core'
import t, { type Test } from 'tap'
import { chosen, exportPath, key, startService, writeDatabase } from './service.js'

const path = '/admin/export'
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const fill = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()

t.test('the page is open, and shows nothing but a form', async (t) => {
  const { app, database } = await startService(t)
  for (const url of [path, `${path}/`]) {
    const answer = await app.inject(url)
    t.equal(answer.statusCode, 200)
    t.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    t.match(answer.body, '<button type="submit">Export Complete Database</button>')
    t.match(answer.body, '<form method="post" action="/admin/export">')
    t.notMatch(answer.body, database)
    t.notMatch(answer.body, '<script')
    t.notMatch(answer.body, 'name="database"')
    t.equal(answer.headers['set-cookie'], undefined)
    const style = /<style>(.*)<\/style>/s.exec(answer.body)?.[1] ?? ''
    const digest = createHash('sha256').update(style).digest('base64')
    const policy = String(answer.headers['content-security-policy'])
    t.match(policy, "default-src 'none'")
    t.match(policy, `style-src 'sha256-${digest}'`)
    t.match(policy, "form-action 'self'")
    t.match(policy, "frame-ancestors 'none'")
    t.notMatch(policy, 'unsafe')
  }
})

t.test('the form answers with the download', async (t) => {
  const { app } = await startService(t)
  const payload = fill({ key: ` ${key}\n`, verify: 'true' })
  const answer = await app.inject({ method: 'POST', url: path, headers: form, payload })
  t.equal(answer.statusCode, 200)
  t.match(
    answer.headers['content-disposition'],
    /^attachment; filename="database_backup_.*\.json"$/,
  )
  t.equal(answer.headers['octavo-verified'], 'snapshot')
  t.equal(answer.json<{ octavo: number }>().octavo, 1)
})

t.test('a wrong key gets a page that says so, and no export', async (t) => {
  const { app, log } = await startService(t)
  for (const wrong of ['', 'x', `${key}x`, '"><script>alert(1)</script>']) {
    const payload = fill({ key: wrong })
    const answer = await app.inject({ method: 'POST', url: path, headers: form, payload })
    t.equal(answer.statusCode, 401)
    t.match(answer.headers['www-authenticate'], /^Bearer /)
    t.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    t.match(answer.body, /role="alert".*That key is not known here/s)
    t.match(answer.body, 'aria-invalid="true"')
    t.notMatch(answer.body, '<script')
    if (wrong !== '' && wrong !== 'x') t.notMatch(answer.body, wrong)
  }
  t.notMatch(log(), '"msg":"exported')
})

t.test('the key opens nothing from an address, and other mistakes get a page too', async (t) => {
  const { app } = await startService(t)
  const fromAddress = await app.inject(`${path}?key=${key}`)
  t.match(fromAddress.body, '<form')
  t.notMatch(fromAddress.body, key)
  const asked = [
    [fill({ key, unknown: 'x' }), form, 400, /unknown/],
    [fill({ key, database: '<b>third</b>' }), form, 404, /No database &quot;&lt;b&gt;third/],
    ['{}', { 'content-type': 'application/json' }, 400, /mistake/],
    ['x', { 'content-type': 'text/csv' }, 415, /media type/],
    [fill({ key: 'x'.repeat(20_000) }), form, 413, /too large/],
  ] as const
  for (const [payload, headers, status, says] of asked) {
    const answer = await app.inject({ method: 'POST', url: path, headers, payload })
    t.equal(answer.statusCode, status)
    t.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    t.match(answer.body, /role="alert"/)
    t.match(answer.body, says)
  }
})

t.test('with several databases the form asks for a name, and shows none', async (t) => {
  const { database, folder } = await startService(t)
  writeDatabase(`${folder}/second.sqlite3`, 5)
  const databases = [chosen(database), chosen(`${folder}/second.sqlite3`, 'ledger')]
  const { app } = await startService(t, { databases })
  const page = await app.inject(path)
  t.match(page.body, '<input id="database-of-key" name="database"')
  t.notMatch(page.body, 'ledger')
  const records = async (name: string): Promise<unknown> => {
    const payload = fill({ key, database: name })
    const answer = await app.inject({ method: 'POST', url: path, headers: form, payload })
    return answer.headers['octavo-records']
  }
  t.equal(await records(''), '20')
  t.equal(await records(' ledger '), '5')
})

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = executables.find((file) => existsSync(file))

async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  })
  t.teardown(() => browser.close())
  return browser
}

t.test(
  'a person with a keyboard gets the file, and is helped after a wrong key',
  { skip: executablePath === undefined && `no browser: install one of ${executables.join(', ')}` },
  async (t) => {
    const service = await startService(t)
    const port = await service.listen()
    const browser = await openBrowser(t)
    const page = await browser.newPage({ acceptDownloads: true })
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`http://127.0.0.1:${port}${path}`)
    t.equal(await page.evaluate('document.activeElement.id'), 'key')
    t.equal(await page.getByRole('textbox', { name: 'Backup API key' }).count(), 1)
    t.match(await page.evaluate('getComputedStyle(document.querySelector("main")).maxWidth'), /px$/)
    t.strictSame(complaints, [], 'the security policy allows the style')

    await page.keyboard.type('not the key at all')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    t.match(await page.getByRole('alert').innerText(), 'That key is not known here.')
    t.equal(await page.evaluate('document.activeElement.id'), 'key')

    await page.keyboard.type(key)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    const focused = await page.evaluate('document.activeElement.textContent')
    t.equal(focused, 'Export Complete Database')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.keyboard.press('Enter'),
    ])
    t.match(download.suggestedFilename(), /^database_backup_\d{4}(-\d\d){2}_\d\d(-\d\d){2}\.json$/)
    const document: unknown = JSON.parse(readFileSync(await download.path(), 'utf8'))
    t.match(document, { octavo: 1, summary: { records: 20 } })
    t.notMatch(page.url(), key)
    t.match(service.log(), 'verified: snapshot')
    t.strictSame(await page.context().cookies(), [])
    t.notMatch(page.url(), exportPath)
  },
)

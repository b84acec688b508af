import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { chromium, type Browser, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { compileOctavo } from '../../cli/octavo.js'
import { password, startAdmin, type RunningAdmin } from './start-admin.js'

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = executables.find((file) => existsSync(file))
const skip = executablePath === undefined && `no browser: install one of ${executables.join(', ')}`

async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  })
  t.teardown(() => browser.close())
  return browser
}

const titles = (database: string): string[] => {
  const opened = new Database(database, { readonly: true })
  try {
    return opened.prepare<[], string>('SELECT title FROM book ORDER BY id').pluck().all()
  } finally {
    opened.close()
  }
}

function change(database: string, sql: string): void {
  const opened = new Database(database)
  opened.exec(sql)
  opened.close()
}

// A slow machine that runs other tests meanwhile takes its time.
t.setTimeout(600_000)

t.test('staff keep the data safe in a browser', { skip }, async (t) => {
  compileOctavo()
  const browser = await openBrowser(t)
  for (const javaScriptEnabled of [true, false])
    await t.test(javaScriptEnabled ? 'with a script' : 'without a script', async (t) => {
      const admin = await startAdmin(t)
      const context = await browser.newContext({ javaScriptEnabled, acceptDownloads: true })
      context.setDefaultTimeout(90_000)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => {
        // That a form was refused is no complaint about the page.
        if (!message.text().includes('the server responded with a status of 40'))
          complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await theFirstAccount(t, page, admin)
      await anExport(t, page, admin)
      const backup = await aBackup(t, page, admin)
      await aFailure(t, page, admin)
      await theHistory(t, page, { ...admin, backup })
      await aComparison(t, page, { ...admin, backup })
      await aRestoreAndItsUndo(t, page, { ...admin, backup })
      await aFileThatSomebodyHas(t, page, admin)
      await rolesAreKept(t, browser, { page, admin })
      if (javaScriptEnabled) await everyPageIsAccessible(t, browser, { page, admin, backup })
      t.strictSame(complaints, [], 'the security policy allows all that the pages do')
      await context.close()
    })
})

async function theFirstAccount(t: Test, page: Page, { firstLink, url }: RunningAdmin) {
  await page.goto(`${url}/admin/`)
  t.match(page.url(), /log-in/)
  await page.goto(firstLink)
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('The password once more').fill(password)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill('wrong')
  await page.keyboard.press('Enter')
  t.match(await page.getByRole('alert').innerText(), 'The name or the password is wrong.')
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

async function anExport(t: Test, page: Page, { url }: RunningAdmin) {
  await page.goto(`${url}/admin/`)
  const download = page.waitForEvent('download')
  await page.getByRole('checkbox', { name: 'prove it first' }).check()
  await page.getByRole('button', { name: 'Export Complete Database' }).click()
  const file = await (await download).path()
  const document = JSON.parse(readFileSync(file, 'utf8')) as { models: { book: unknown[] } }
  t.strictSame(document.models.book, [
    { model: 'book', pk: 1, fields: { title: 'Emma' } },
    { model: 'book', pk: 2, fields: { title: '<script>alert(1)</script>' } },
  ])
  await page.locator('.dot.good').waitFor()
  t.match(await page.innerText('main'), 'It is kept in no store and in no history.')
}

async function aBackup(t: Test, page: Page, { url }: RunningAdmin): Promise<string> {
  await page.goto(`${url}/admin/`)
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.waitForURL(/jobs/)
  await page.locator('.dot.good').waitFor()
  t.match(await page.innerText('.log'), 'Backup completed successfully')
  const id = await page.locator('main a[href*="/backups/2"]').first().innerText()
  await page.goto(`${url}/admin/`)
  t.match(await page.innerText('.card'), 'The newest backup was made just now.')
  return id
}

/** Another program holds the database for too long. */
async function aFailure(t: Test, page: Page, { url, database }: RunningAdmin) {
  const holder = new Database(database)
  holder.exec('BEGIN EXCLUSIVE')
  try {
    await page.goto(`${url}/admin/`)
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByRole('alert').waitFor()
  } finally {
    holder.close()
  }
  t.match(await page.innerText('main'), 'Failed')
  t.match(await page.getByRole('alert').innerText(), 'Another program holds the database.')
  await page.goto(`${url}/admin/`)
  t.match(await page.innerText('.card'), 'Not safe')
}

interface WithBackup extends RunningAdmin {
  readonly backup: string
}

async function theHistory(t: Test, page: Page, { url, backup }: WithBackup) {
  await page.goto(`${url}/admin/`)
  await page.getByRole('link', { name: 'Backups' }).click()
  t.match(await page.locator('tbody').innerText(), /Failed[^]*Success/)
  const sort = page.getByRole('columnheader', { name: 'Status' })
  await sort.getByRole('link').click()
  t.equal(await sort.getAttribute('aria-sort'), 'ascending')
  await page.getByLabel('Status').selectOption('Failed')
  await page.getByRole('button', { name: 'Show' }).click()
  t.equal(await page.locator('tbody th').count(), 1)
  await page.locator('.why summary').click()
  t.match(await page.locator('.why p').innerText(), 'Another program holds the database.')
  await page.locator('tbody th a').click()
  t.match(await page.getByRole('alert').innerText(), 'could not be read')
  t.match(await page.locator('.log').innerText(), 'ERROR: Failed to create backup')
  await page.goto(`${url}/admin/backups`)
  await page.locator('tr', { hasText: 'Success' }).locator('summary').click()
  await page.getByRole('button', { name: 'Pin', exact: true }).click()
  t.match(await page.getByRole('status').innerText(), 'Pinned')
  t.match(page.url(), /admin\/backups$/, 'back where it was')
  await page.locator('tbody th a').last().click()
  t.match(await page.innerText('h1'), 'Backup of database')
  t.match(await page.locator('tr', { hasText: '<script>' }).innerText(), /<script>\s+1/)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download', exact: true }).click()
  const file = gunzipSync(readFileSync(await (await download).path()))
  const { models } = JSON.parse(file.toString()) as { models: { book: unknown[] } }
  t.equal(models.book.length, 2)
  await page.getByRole('link', { name: 'Remove' }).click()
  t.match(await page.getByRole('alert').innerText(), `${backup} is pinned.`)
  await page.getByRole('button', { name: 'Unpin' }).click()
  t.match(await page.getByRole('status').innerText(), 'Unpinned')
}

async function aComparison(t: Test, page: Page, { url, database, backup }: WithBackup) {
  change(database, `UPDATE book SET title = '<img src=x>' WHERE id = 1`)
  await page.goto(`${url}/admin/backups/${backup}`)
  await page.getByRole('link', { name: 'Compare' }).click()
  await page.getByRole('button', { name: 'Compare with the database' }).click()
  await page.getByRole('link', { name: 'Show what differs' }).click()
  t.match(await page.locator('.record').innerText(), /Changed[^]*title\s+Emma\s+<img src=x>/)
  await page.getByText('1 field is the same').click()
  await page.getByText('(pk)').waitFor()
  await page.getByRole('link', { name: 'Restore this record' }).click()
  t.match(await page.locator('#records').inputValue(), 'book:1')
  change(database, `UPDATE book SET title = 'Emma' WHERE id = 1`)
}

async function aRestoreAndItsUndo(t: Test, page: Page, { url, database, backup }: WithBackup) {
  const before = titles(database)
  change(database, `DELETE FROM book WHERE id = 1; INSERT INTO book VALUES (9, 'Persuasion')`)
  const changed = titles(database)
  await page.goto(`${url}/admin/restore`)
  await page.getByRole('link', { name: `Choose ${backup}` }).click()
  await page.getByRole('button', { name: 'See what would change' }).click()
  await page.getByText('Nothing was changed yet').waitFor()
  t.match(await page.locator('tr', { hasText: 'book' }).innerText(), /book\s+1\s+0\s+1\s+2/)
  t.strictSame(titles(database), changed)
  await page.getByRole('link', { name: 'Go on to confirm it' }).click()
  await confirm(page, 'another', password)
  t.match(await page.getByRole('alert').innerText(), 'another name was typed')
  await page.goBack()
  await confirm(page, 'database', 'not my password')
  t.match(await page.getByRole('alert').innerText(), 'the password is wrong')
  t.strictSame(titles(database), changed)
  await page.goBack()
  await confirm(page, 'database', password)
  await page.getByText('Restored, read back, and found equal to the backup.').waitFor()
  t.strictSame(titles(database), before)
  await page.getByRole('link', { name: 'Undo this restore' }).click()
  await confirm(page, 'database', password)
  await page.getByText('The state from before the restore is back.').waitFor()
  t.strictSame(titles(database), changed)
}

async function confirm(page: Page, name: string, secret: string): Promise<void> {
  await page.getByLabel('Type the name of the database').fill(name)
  await page.getByLabel('Your password').fill(secret)
  await page.locator('button.danger').click()
}

async function aFileThatSomebodyHas(t: Test, page: Page, { url, folder, database }: RunningAdmin) {
  await page.goto(`${url}/admin/`)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export Complete Database' }).click()
  const file = join(folder, 'mine.json')
  writeFileSync(file, readFileSync(await (await download).path()))
  const before = titles(database)
  change(database, `UPDATE book SET title = 'other'`)
  await page.goto(`${url}/admin/restore`)
  await page.getByLabel('File', { exact: true }).setInputFiles(file)
  await page.getByRole('button', { name: 'Send it' }).click()
  await page.getByRole('link', { name: 'Choose what to restore' }).click()
  await page.getByLabel('Some models').check()
  await page.getByText('Models (').click()
  await page.getByRole('checkbox', { name: /^book/ }).check()
  await page.getByRole('button', { name: 'See what would change' }).click()
  await page.getByRole('link', { name: 'Go on to confirm it' }).click()
  await confirm(page, 'database', password)
  await page.getByText('Restored, read back').waitFor()
  t.strictSame(titles(database), before)
}

/** A viewer, made by ada, looks at everything and changes nothing. */
async function rolesAreKept(t: Test, browser: Browser, { page, admin }: Omit<Seen, 'backup'>) {
  const { url } = admin
  await page.goto(`${url}/admin/users`)
  await page.getByLabel('Name').fill('grace')
  await page.getByRole('radio', { name: 'viewer' }).check()
  await page.getByLabel('Password', { exact: true }).fill(`${password} of grace`)
  await page.getByLabel('The password once more').fill(`${password} of grace`)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page.getByRole('link', { name: 'grace' }).waitFor()
  const context = await browser.newContext()
  const hers = await context.newPage()
  await hers.goto(`${url}/admin/log-in`)
  await hers.getByLabel('Name').fill('grace')
  await hers.getByLabel('Password').fill(`${password} of grace`)
  await hers.keyboard.press('Enter')
  await hers.getByRole('heading', { name: 'Overview' }).waitFor()
  t.equal(await hers.getByRole('button', { name: 'Export Complete Database' }).count(), 0)
  t.equal(await hers.getByRole('link', { name: 'Users' }).count(), 0)
  for (const path of ['/restore', '/users', '/keys', '/audit', '/undo/database']) {
    const answer = await hers.goto(`${url}/admin${path}`)
    t.equal(answer?.status(), 403, path)
    t.match(await hers.getByRole('alert').innerText(), 'Ask somebody who may: ada.')
  }
  await context.close()
}

const paths = [
  '/',
  '/backups',
  '/restore',
  '/jobs',
  '/schedules',
  '/stores',
  '/notifications',
  '/keys',
  '/users',
  '/audit',
  '/settings',
  '/account',
  '/no-such-page',
] as const

interface Seen {
  readonly page: Page
  readonly admin: RunningAdmin
  readonly backup: string
}

/** By axe, light and dark, and no page is wider than a phone. */
async function everyPageIsAccessible(t: Test, browser: Browser, { page, admin, backup }: Seen) {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const cookies = await page.context().cookies()
  const own = [`/backups/${backup}`, `/backups/${backup}/compare`, `/restore/plan?backup=${backup}`]
  // What looks at the page is put into it, which its policy would not allow.
  const context = await browser.newContext({
    bypassCSP: true,
    viewport: { width: 360, height: 740 },
  })
  await context.addCookies(cookies)
  const looked = await context.newPage()
  for (const path of [...paths, ...own, '/log-in', '/undo/database']) {
    await looked.goto(`${admin.url}/admin${path}`)
    await looked.evaluate(axe)
    const all = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html).join(' ')))`
    t.strictSame(await looked.evaluate<string[]>(all), [], path)
    const wide = await looked.evaluate<number>('document.documentElement.scrollWidth')
    t.ok(wide <= 360, `${path} fits on a phone: ${wide}`)
    // Dark changes colours alone.
    await looked.emulateMedia({ colorScheme: 'dark' })
    const contrast = all.replace('axe.run()', `axe.run({ runOnly: ['color-contrast'] })`)
    t.strictSame(await looked.evaluate<string[]>(contrast), [], `${path} in the dark`)
    await looked.emulateMedia({ colorScheme: 'light' })
  }
  await context.close()
}

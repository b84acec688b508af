import Database from 'better-sqlite3'
import type { Browser, Page } from 'playwright-core'
import type { Story } from './start-story.js'

const name = 'ada'
const password = 'correct horse battery'

/** Makes the first account and some days of work: backups, one that failed, an export. */
export async function adminInStory(browser: Browser, story: Story): Promise<void> {
  const context = await browser.newContext({ acceptDownloads: true })
  const page = await context.newPage()
  await page.goto(story.firstLink)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('The password once more').fill(password)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  for (let day = 0; day < 4; day += 1) {
    grow(story.database, day)
    await backUp(page, story)
  }
  await makeUnreadable(story, () => backUp(page, story))
  story.places.set('failed', await backupOf(page, story, 'Failed'))
  await backUp(page, story)
  const backup = await backupOf(page, story, 'Success')
  story.places.set('backup', backup)
  work(story.database)
  await compare(page, story, backup)
  await restoring(page, story, backup)
  story.cookies = (await context.cookies()).map(({ name: cookie, value, domain, path }) => {
    return { name: cookie, value, domain, path }
  })
  await page.goto(`${story.url}/admin/`)
  await page.getByRole('button', { name: 'Export Complete Database' }).click()
  await page.getByText('Success').waitFor()
  story.places.set('export', page.url())
}

/** The page of the newest run that ended so. */
async function backupOf(page: Page, { url }: Story, word: string): Promise<string> {
  await page.goto(`${url}/admin/backups`)
  const row = page.locator('tbody tr').filter({ has: page.getByText(word, { exact: true }) })
  const link = row.first().locator('a[href*="/backups/2"]').first()
  return `${url}${(await link.getAttribute('href')) ?? ''}`
}

async function compare(page: Page, story: Story, backup: string): Promise<void> {
  await page.goto(`${backup}/compare`)
  await page.getByRole('button', { name: 'Compare with the database' }).click()
  await page.locator('main .dot.good').waitFor()
  const link = page.locator('a[href*="/comparisons/"]').first()
  story.places.set('compare', `${story.url}${(await link.getAttribute('href')) ?? ''}`)
}

async function restoring(page: Page, { url, places }: Story, backup: string): Promise<void> {
  const id = backup.slice(backup.lastIndexOf('/') + 1)
  places.set('restore-plan', `${url}/admin/restore/plan?backup=${id}`)
  await page.goto(places.get('restore-plan') ?? '')
  await page.getByRole('button', { name: 'See what would change' }).click()
  const link = page.getByRole('link', { name: 'Go on to confirm it' })
  await link.waitFor()
  places.set('restore-preview', page.url())
  places.set('restore-confirm', `${url}${(await link.getAttribute('href')) ?? ''}`)
}

/** What a comparison and a restore have to show. */
function work(path: string): void {
  const database = new Database(path)
  database.exec(`UPDATE calendarEditor_machine SET name = name || ' (moved)' WHERE id <= 2;
    DELETE FROM calendarEditor_notification WHERE id IN (5, 9, 12);`)
  database.close()
}

async function backUp(page: Page, story: Story): Promise<void> {
  await page.goto(`${story.url}/admin/`)
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.waitForURL(/jobs/)
  await page.locator('.dot.good, .dot.bad').first().waitFor()
  story.places.set('job', page.url())
}

function grow(path: string, day: number): void {
  const database = new Database(path)
  database
    .prepare(
      `INSERT INTO calendarEditor_notification SELECT id + (SELECT max(id) FROM calendarEditor_notification), ${columns(database)}
       FROM calendarEditor_notification LIMIT ${150 + 70 * day}`,
    )
    .run()
  database.close()
}

function columns(database: Database.Database): string {
  const rows = database.pragma('table_info(calendarEditor_notification)') as { name: string }[]
  return rows
    .map(({ name: column }) => column)
    .filter((column) => column !== 'id')
    .join(', ')
}

/** A run that fails as runs do: another program holds the database for too long. */
async function makeUnreadable(story: Story, during: () => Promise<void>): Promise<void> {
  const database = new Database(story.database)
  database.exec('BEGIN EXCLUSIVE')
  try {
    await during()
  } finally {
    database.exec('ROLLBACK')
    database.close()
  }
}

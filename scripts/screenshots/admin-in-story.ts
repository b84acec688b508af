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
  await backUp(page, story)
  story.cookies = (await context.cookies()).map(({ name: cookie, value, domain, path }) => {
    return { name: cookie, value, domain, path }
  })
  await page.goto(`${story.url}/admin/`)
  await page.getByRole('button', { name: 'Export Complete Database' }).click()
  await page.getByText('Success').waitFor()
  story.places.set('export', page.url())
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

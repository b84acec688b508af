import type { Page } from 'playwright-core'
import type { Story } from './start-story.js'

export interface Shot {
  readonly name: string
  readonly open: (page: Page, story: Story) => Promise<void>
}

const at = (name: string, path: string): Shot => ({
  name,
  open: async (page, { url }) => void (await page.goto(`${url}/admin${path}`)),
})

/** One of each page. */
export const shots: readonly Shot[] = [
  at('log-in', '/log-in'),
  at('overview', '/'),
  {
    name: 'export',
    open: async (page, { places }) => void (await page.goto(places.get('export') ?? '')),
  },
  at('history', '/backups'),
  {
    name: 'backup',
    open: async (page, story) => openRun(page, story, 'success'),
  },
  {
    name: 'failed-backup',
    open: async (page, story) => openRun(page, story, 'failed'),
  },
  {
    name: 'remove',
    open: async (page, story) => {
      await openRun(page, story, 'success')
      await page.getByRole('link', { name: 'Remove' }).click()
    },
  },
  {
    name: 'comparison',
    open: async (page, story) => {
      await openRun(page, story, 'success')
      await page.getByRole('link', { name: 'Compare' }).click()
      const oldest = await page.locator('#backup option').last().getAttribute('value')
      await page.locator('#backup').selectOption(oldest)
      await page.getByRole('button', { name: 'Compare the backups' }).click()
      await page.getByRole('link', { name: 'Show what differs' }).click()
    },
  },
  at('jobs', '/jobs'),
  at('account', '/account'),
]

async function openRun(page: Page, { url }: Story, status: 'success' | 'failed'): Promise<void> {
  await page.goto(`${url}/admin/backups?status=${status}`)
  await page.locator('tbody th a').first().click()
}

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
  at('jobs', '/jobs'),
  at('account', '/account'),
]

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

const kept = (name: string): Shot => ({
  name,
  open: async (page, { places }) => void (await page.goto(places.get(name) ?? '')),
})

/** One of each page. */
export const shots: readonly Shot[] = [
  at('log-in', '/log-in'),
  at('overview', '/'),
  kept('export'),
  at('backups', '/backups'),
  kept('backup'),
  kept('failed'),
  kept('compare'),
  at('restore', '/restore'),
  kept('restore-plan'),
  kept('restore-preview'),
  kept('restore-confirm'),
  at('jobs', '/jobs'),
  at('schedules', '/schedules'),
  at('stores', '/stores'),
  at('notifications', '/notifications'),
  at('keys', '/keys'),
  at('users', '/users'),
  at('audit', '/audit'),
  at('settings', '/settings'),
  at('account', '/account'),
]

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { adminInStory } from './admin-in-story.js'
import { startStory } from './start-story.js'
import { shots } from './shots.js'

// Makes docs/images anew: the admin pages as they are, dark and light, on a phone and on a desktop.
// `npm run screenshots`, or with names of pages behind it for these alone.

const target = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 800 } },
  { name: 'phone-light', colorScheme: 'light', viewport: { width: 390, height: 760 } },
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 390, height: 760 } },
] as const
const tallest = 1600

const wanted = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'octavo-screenshots-'))
const story = await startStory(folder)
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  await adminInStory(browser, story)
  mkdirSync(target, { recursive: true })
  for (const look of looks) await takeAll(browser, look)
} finally {
  await browser.close()
  await story.end()
  rmSync(folder, { recursive: true, force: true })
}

async function takeAll(from: Browser, look: (typeof looks)[number]): Promise<void> {
  const { colorScheme, viewport } = look
  const context = await from.newContext({
    colorScheme,
    viewport,
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  })
  await context.addCookies(story.cookies)
  const page = await context.newPage()
  const drawing = await from.newPage()
  for (const { name, open } of shots)
    if (wanted.length === 0 || wanted.includes(name)) {
      await page.setViewportSize(viewport)
      await open(page, story)
      const png = await page.screenshot({ clip: await visible(page, viewport.width) })
      writeFileSync(join(target, `${name}-${look.name}.webp`), await toWebp(drawing, png))
      process.stdout.write(`${name}-${look.name}\n`)
    }
  await drawing.close()
  await context.close()
}

/** As much of a long page as somebody wants to see of it. */
async function visible(page: Page, width: number) {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  await page.setViewportSize({ width, height: Math.min(tallest, Math.max(600, height)) })
  return { x: 0, y: 0, width, height: Math.min(tallest, Math.max(600, height)) }
}

/** The browser knows a format that takes a third of the bytes, for the same letters. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
  const address = await page.evaluate<string, string>(async (data) => {
    const image = new Image()
    image.src = `data:image/png;base64,${data}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.85)
  }, png.toString('base64'))
  return Buffer.from(address.slice(address.indexOf(',') + 1), 'base64')
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read-config.js'
import type { Finding } from '../../src/core/backups/notifier.js'
import { nameDisabled } from '../../src/main/backups/name-disabled.js'
import { processContext } from '../../src/main/process-context.js'

const signal = new AbortController().signal
const token = 'a-token-of-the-test'

/** GitHub, as far as it lists workflows. */
async function listing(t: Test, status: number, workflows: readonly object[]) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ total_count: workflows.length, workflows }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  const settings = {
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: 'lab/queue',
    GITHUB_API_URL: `http://127.0.0.1:${port}`,
  }
  return { asked, settings }
}

function named(t: Test, settings: Readonly<Record<string, string>>, findings: readonly Finding[]) {
  const config = readConfig(settings, t.testdir())
  return nameDisabled({ ...processContext(settings), config: () => config }, findings, signal)
}

const finding = (check: string): Finding => {
  return { check, database: 'lab', backup: null, message: 'it stopped', hint: 'Look.' }
}
const url = 'https://github.com/lab/queue/actions/workflows/backup.yml'
const workflows = [
  { name: 'Backup Database', state: 'disabled_inactivity', html_url: url },
  { name: 'Tests', state: 'active', html_url: 'https://github.com/' },
  { name: 'Old', state: 'disabled_manually', html_url: 'https://github.com/' },
]

t.test('an archiver that stopped: the workflow is named that GitHub has disabled', async (t) => {
  const { asked, settings } = await listing(t, 200, workflows)
  const [other, stopped] = await named(t, settings, [finding('failed'), finding('archive-stopped')])
  t.strictSame(other, finding('failed'))
  t.equal(
    stopped?.message,
    'it stopped: GitHub has disabled "Backup Database" of lab/queue, where nothing happened for 60 days',
  )
  t.equal(stopped?.hint, `Enable it again: ${url}. Look.`)
  t.match(asked, [`GET /repos/lab/queue/actions/workflows?per_page=100 token ${token}`])
})

t.test('it is not asked without reason, and an answer that fails changes nothing', async (t) => {
  const { asked, settings } = await listing(t, 403, [])
  const stopped = [finding('archive-stopped')]
  t.strictSame(await named(t, settings, [finding('failed')]), [finding('failed')])
  const { GITHUB_TOKEN: _, ...without } = settings
  t.strictSame(await named(t, without, stopped), stopped)
  t.equal(asked.length, 0)
  t.strictSame(await named(t, settings, stopped), stopped)
  t.equal(asked.length, 1)
  const all = await listing(t, 200, workflows.slice(1))
  t.strictSame(await named(t, all.settings, stopped), stopped)
})

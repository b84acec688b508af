import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../house/source-files.js'
import { askUntil } from '../ask.js'
import { freePort } from '../free-port.js'

/** Beside the packages of this project and not among them: it brings hundreds of its own. */
const folder = 'node_modules/.cache/octavo-azurite'
const program = join(projectRoot, folder, 'node_modules/azurite/dist/src/blob/main.js')

/** Why there is no Azurite here, or false. */
export const noAzurite =
  !existsSync(program) &&
  `no Azurite here: mkdir -p ${folder} && npm install --prefix ${folder} --no-save azurite@3.35.0`

export const account = 'octavotest'
export const accountKey = Buffer.from('octavo-test-secret').toString('base64')

/** Starts a real Azurite, and gives its port; it ends with the test. */
export async function startAzurite(t: {
  readonly teardown: (clean: () => Promise<void>) => void
}): Promise<number> {
  const port = await freePort()
  const cwd = mkdtempSync(join(tmpdir(), 'octavo-azurite-'))
  const child = spawn(
    process.execPath,
    [
      program,
      '--blobHost',
      '127.0.0.1',
      '--blobPort',
      String(port),
      '--silent',
      '--inMemoryPersistence',
      '--skipApiVersionCheck',
      '--disableTelemetry',
    ],
    { cwd, stdio: 'ignore', env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${accountKey}` } },
  )
  const ended = once(child, 'exit')
  const kill = (): void => void child.kill('SIGKILL')
  // Also where the test ends without its teardown.
  process.once('exit', kill)
  t.teardown(async () => {
    kill()
    await ended
    process.off('exit', kill)
    rmSync(cwd, { recursive: true, force: true })
  })
  await askUntil({ at: port, path: '/' }, ({ status }) => status >= 400)
  return port
}

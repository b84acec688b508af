import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { writeSample } from '../../../src/sample/write-sample.js'
import { cliPath } from '../../cli/octavo.js'
import { ask, askUntil, type Answer, type Asked } from '../ask.js'
import { freePort } from '../free-port.js'
import { launchProgram, type Running } from '../launch.js'
import type { ExampleApp } from './example-app.js'

export const exportPath = '/schedule/api/backup/database/'
export const archivedPath = '/schedule/api/backup/archived/'
export const buttonPath = '/schedule/export-complete-database/'

export const key = 'a-key-of-the-tests-0123456789abcdef'
export const bearer = { authorization: `Bearer ${key}` }

export interface StartOptions {
  readonly filledIn?: boolean
  readonly env?: Readonly<Record<string, string>>
}

export interface StartedExample extends Running {
  readonly folder: string
  readonly port: number
  /** Asks the app. */
  ask(path: string, more?: Partial<Asked>): Promise<Answer>
}

/** The app and the service, started as the page says, both up. */
export async function startBeside(
  t: Test,
  example: ExampleApp,
  { filledIn = false, env = {} }: StartOptions = {},
): Promise<StartedExample & { readonly service: string | number }> {
  const folder = shortFolder(t)
  await writeSample(join(folder, 'db.sqlite3'))
  const socket = join(folder, 'octavo.sock')
  const service = 'OCTAVO_PORT' in env ? Number(env['OCTAVO_PORT']) : socket
  const place = typeof service === 'string' ? { OCTAVO_SOCKET: service } : {}
  const settings = { DATABASE_URL: 'db.sqlite3', BACKUP_API_KEY: `${key},k${'0'.repeat(31)}` }
  const before = [process.execPath, cliPath, 'beside', '--'] as const
  const started = await start(t, example, {
    folder,
    filledIn,
    before,
    env: { ...settings, ...place, ...env },
  })
  await askUntil({ at: service, path: '/api/health' })
  return { ...started, service }
}

/** The app without `octavo beside`. */
export function startAlone(
  t: Test,
  example: ExampleApp,
  { filledIn = false, env = {} }: StartOptions = {},
): Promise<StartedExample> {
  return start(t, example, { folder: shortFolder(t), filledIn, before: [], env })
}

interface Place {
  readonly folder: string
  readonly filledIn: boolean
  readonly before: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

async function start(t: Test, example: ExampleApp, place: Place): Promise<StartedExample> {
  const { folder, filledIn, before, env } = place
  example.write(folder, filledIn)
  const port = await freePort()
  const [program, ...words] = [...before, ...example.command(port)]
  if (program === undefined) throw new Error('there is no command')
  const running = launchProgram(t, [program, ...words], folder, { ...env, NODE_ENV: 'production' })
  await askUntil({ at: port, path: '/' }, () => true)
  const askApp = (path: string, more: Partial<Asked> = {}) => ask({ at: port, path, ...more })
  return { ...running, folder, port, ask: askApp }
}

/** The path of a socket is short: the folders of tap are not. */
export function shortFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-example-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

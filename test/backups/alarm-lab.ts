import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Test } from 'tap'
import type { BackupHealth } from '../../src/core/backups/describe-health.js'
import { labFolder } from '../cli/lab-folder.js'
import { octavo, type Ran } from '../cli/octavo.js'
import { receive, type Answer, type Received } from '../notifiers/receiver.js'

interface Told {
  readonly event: string
  readonly findings?: readonly { readonly check: string }[]
  readonly summary?: unknown
}

export const secret = 'known-to-both-sides-of-the-webhook'

/** A database of which a webhook is told everything. */
export async function alarmLab(t: Test, answers: readonly Answer[] = []) {
  const folder = labFolder(t)
  const { url, received } = await receive(t, answers)
  const env = {
    DATABASE_URL: 'lab.sqlite3',
    NOTIFY_WEBHOOK_URL: url,
    NOTIFY_WEBHOOK_SECRET: secret,
    NOTIFY_ON: 'failure,unhealthy,recovery,summary',
  }
  const call = (words: readonly string[], change: Readonly<Record<string, string>> = {}) =>
    octavo(words, { folder, env: { ...env, ...change } })
  const state = join(folder, 'backups/.octavo/alarms.json')
  return {
    folder,
    env,
    received,
    call,
    check: async (change: Readonly<Record<string, string>> = {}) => {
      const ran = await call(['check', '--json'], change)
      return { ...ran, health: JSON.parse(ran.out) as BackupHealth & { readonly ok: boolean } }
    },
    /** The events that the webhook was told since the last call, with their checks. */
    told: () => received.splice(0).map(shortly),
    change: (sql: string) => {
      const database = new Database(join(folder, 'lab.sqlite3'))
      database.exec(sql)
      database.close()
    },
    state: () => JSON.parse(readFileSync(state, 'utf8')) as Record<string, unknown>,
    hasState: () => existsSync(state),
    writeState: (text: string) => writeFileSync(state, text),
  }
}

function shortly({ body }: Received): string {
  const { event, findings = [] } = JSON.parse(body) as Told
  return [event, ...findings.map(({ check }) => check)].join(' ')
}

export function ended(t: Test, { exit, out, err }: Ran, code: number, what: string): void {
  t.equal(exit, code, `${what} ${exit === code ? '' : out + err}`.trim())
}

import { join } from 'node:path'
import type { Test } from 'tap'
import { cliPath } from '../../cli/octavo.js'
import { ask, askUntil } from '../../support/ask.js'
import { key, makeDjangoProject, type DjangoProject } from '../../support/django/django-project.js'
import { launch, type Running } from '../../support/launch.js'

export const path = '/schedule/api/backup/database/'
export const button = '/schedule/export-complete-database/'
export const bearer = { authorization: `Bearer ${key}` }

export interface Beside extends Running {
  readonly project: DjangoProject
  readonly socket: string
  /** Asks the app. */
  ask(path: string, headers?: Record<string, string>, method?: string): ReturnType<typeof ask>
}

/** `octavo beside` on the project, with the app and the service up. */
export async function startBeside(t: Test, journal: 'delete' | 'wal'): Promise<Beside> {
  const project = await makeDjangoProject(t, { journal, views: 'octavo_views.py' })
  const socket = join(project.folder, 'octavo.sock')
  const words = [cliPath, 'beside', '--socket', socket, '--', ...project.command]
  const running = launch(t, words, project.folder, project.env)
  await askUntil({ at: project.port, path: '/write' })
  await askUntil({ at: socket, path: '/api/health' })
  const asked = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    ask({ at: project.port, path, headers, method })
  return { ...running, project, socket, ask: asked }
}

/** Writes pairs of records through the app until it is told to stop; resolves with how many. */
export function writeOn(beside: Beside): () => Promise<number> {
  let stopped = false
  const writer = async (): Promise<number> => {
    let written = 0
    while (!stopped) {
      const { status, body } = await beside.ask('/write')
      if (status !== 200) throw new Error(`a write failed: ${status} ${body.toString()}`)
      written += 1
    }
    return written
  }
  const writers = Promise.all([writer(), writer()])
  // Told where it is waited for; a test that failed before has its own failure.
  writers.catch(() => undefined)
  return async () => {
    stopped = true
    return (await writers).reduce((sum, one) => sum + one)
  }
}

/** The service's process id, from its log. */
export function servicePid(beside: Beside): number {
  const pids = [...beside.output().matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid))
  return pids.at(-1) ?? 0
}

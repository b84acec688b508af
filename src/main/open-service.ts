import type { FastifyInstance } from 'fastify'
import type { ListeningPlace } from '../config/listening-place.js'
import { spoolFolder } from '../config/spool-folder.js'
import { OctavoError } from '../core/errors.js'
import { version } from '../core/generator.js'
import type { AppOptions } from '../http/app-options.js'
import { buildApp } from '../http/build-app.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import { runJob } from '../jobs/wall/run-job.js'
import type { OpenDesk } from './admin-desk.js'
import { listenOnSocket } from './listen-on-socket.js'
import { makePrivateFolder } from './private-folder.js'
import type { ProcessContext } from './process-context.js'
import { systemClock } from './system-clock.js'

export interface ServiceWish {
  readonly databases: readonly ChosenDatabase[]
  readonly keys: readonly string[]
  readonly place: ListeningPlace
  /** Whether an app passes requests on to it, with a thread each. */
  readonly besideApp: boolean
  readonly sample: boolean
  /** How the backups are, where the service tells of them. */
  readonly readHealth?: AppOptions['readHealth']
  /** Keys with scopes, and where it is noted what they did. */
  readonly access?: Pick<AppOptions, 'keptKeys' | 'audit'>
  /** Who may log in to the admin pages; told at the start where nobody can yet. */
  readonly admin?: OpenDesk
  /** The backups that are kept, where the service shows and makes them. */
  readonly desk?: AppOptions['desk']
  readonly log: NonNullable<AppOptions['log']>
}

export interface OpenService {
  /** Where it can be reached from this machine: an address, or the path of a socket. */
  readonly url: string
  close(): Promise<void>
}

/** Builds the service and listens; `close` ends it in order. */
export async function openService(
  context: ProcessContext,
  wish: ServiceWish,
): Promise<OpenService> {
  const { databases, keys, place, besideApp, sample, readHealth, access, admin, desk, log } = wish
  const { settings } = context.config()
  const app = await buildApp({
    databases: [...databases],
    keys: [...keys],
    spoolFolder: await makePrivateFolder(spoolFolder(context.config(), context.environment)),
    routePrefix: settings.routePrefix ?? '',
    exportConcurrency: settings.exportConcurrency,
    busyTimeoutMs: settings.busyTimeout * 1000,
    trustProxy: settings.trustProxy,
    wrongKeysWait: !besideApp,
    sample,
    ...(readHealth && { readHealth }),
    ...access,
    ...(admin && { admin: admin.desk }),
    ...(desk && { desk }),
    version,
    log,
    runJob,
    clock: systemClock,
  })
  const prefix = settings.routePrefix ?? ''
  try {
    if ('socket' in place) {
      const service = await onSocket(app, place.socket)
      await admin?.tellFirstRun(prefix)
      return service
    }
    const url = await onPort(app, place)
    await admin?.tellFirstRun(url + prefix)
    return { url, close: () => app.close() }
  } catch (error) {
    await app.close()
    throw error
  }
}

async function onSocket(app: FastifyInstance, path: string): Promise<OpenService> {
  const remove = await listenOnSocket(app, path)
  const close = async (): Promise<void> => {
    try {
      await app.close()
    } finally {
      await remove()
    }
  }
  return { url: path, close }
}

async function onPort(
  app: FastifyInstance,
  place: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await app.listen({ ...place })
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause'
    throw new OctavoError(
      'config-invalid',
      `${place.host}:${place.port} can't be listened on: ${why}`,
      {
        cause,
        hint: 'Another program may use this port: set PORT, and HOST, to what is free here.',
      },
    )
  }
}

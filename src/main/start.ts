import { once } from 'node:events'
import { exitCodeOf } from '../cli/exit-codes.js'
import { showError } from '../cli/show-error.js'
import { counted } from '../cli/table.js'
import { asOctavoError } from '../core/errors.js'
import { showBytes } from '../core/files/free-space.js'
import { openAdminDesk } from './admin-desk.js'
import { backupDesk } from './backups/backup-desk.js'
import { readHealth } from './backups/read-health.js'
import { fetchExport, type FetchedExport } from './fetch-export.js'
import { requireWorkingNode } from './node-fault.js'
import { openService } from './open-service.js'
import { processContext, type ProcessContext } from './process-context.js'
import { requireContent } from './require-content.js'
import { followSchedules } from './scheduled-backups.js'
import { serviceAccess } from './service-access.js'
import { startDatabase, type StartDatabase } from './start-database.js'
import { startKey, type StartKey } from './start-key.js'
import { stopSignals } from './stop-signals.js'

const path = '/api/backup/database'

/** What `npm start` runs: serve, prove one export over HTTP, say how to take the next. */
async function start(given: ProcessContext, signal: AbortSignal): Promise<void> {
  await requireWorkingNode()
  const chosen = await startDatabase(given)
  const { context } = chosen
  const { settings, warnings } = context.config()
  await requireContent(chosen.database, signal)
  const key = await startKey(given, chosen)
  const isOwnKey = settings.backupApiKey.length > 0
  const service = await openService(context, {
    databases: [chosen.database],
    keys: key.keys,
    place: { host: settings.host ?? (isOwnKey ? '0.0.0.0' : '127.0.0.1'), port: settings.port },
    besideApp: false,
    sample: chosen.isSample,
    readHealth: () => readHealth(context),
    access: serviceAccess(context),
    admin: await openAdminDesk(context),
    desk: backupDesk(context),
    log: { level: settings.logLevel ?? 'warn' },
  })
  try {
    for (const warning of warnings) context.terminal.err.write(`warning: ${warning}\n`)
    const address = service.url + path
    const fetched = await fetchExport(`${address}?verify=true`, key.keys[0] ?? '', signal)
    context.terminal.out.write(welcome({ chosen, key, address, fetched }))
    const schedules = followSchedules(context, signal)
    if (!signal.aborted) await once(signal, 'abort')
    await schedules
  } finally {
    await service.close()
  }
}

interface Told {
  readonly chosen: StartDatabase
  readonly key: StartKey
  readonly address: string
  readonly fetched: FetchedExport
}

function welcome({ chosen, key, address, fetched }: Told): string {
  const { records, bytes, verified } = fetched
  const what = chosen.isSample ? 'the sample database' : chosen.database.address.shown
  const proof =
    verified === 'snapshot'
      ? 'Proved: restored into a scratch database, which equals the source value by value.'
      : `Proof: ${verified}.`
  return `
Octavo serves ${what}
  at ${address.slice(0, -path.length)}

Exported ${counted(records, 'record')}, ${showBytes(bytes)}, over HTTP.
${proof}

Look after it in a browser:
  ${address.slice(0, -path.length)}/admin/

Take an export yourself:
  echo "Authorization: Bearer ${key.pasted}" | curl -fOJ -H @- ${address}

Stop with Ctrl-C.
`
}

const context = processContext()
const stop = stopSignals([process.stdout, process.stderr])
try {
  await start(context, stop.signal)
} catch (thrown) {
  if (!stop.signal.aborted) {
    const error = asOctavoError(thrown)
    showError(error, context.terminal, {})
    process.exitCode = exitCodeOf(error)
  }
}

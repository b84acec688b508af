import { asOctavoError } from '../../core/errors.js'
import { exitCodeOf } from '../../cli/exit-codes.js'
import { requireWorkingNode } from '../node-fault.js'
import { processContext } from '../process-context.js'
import { serve } from '../serve.js'
import { stopSignals } from '../stop-signals.js'
import type { ServiceMessage } from './service-process.js'

/** The service beside an app: `octavo serve` that tells its supervisor how it is, and ends with it. */
const supervisorGone = new AbortController()
process.on('disconnect', () => supervisorGone.abort())
// It may have gone while this was being loaded.
if (!process.connected) supervisorGone.abort()
const stop = stopSignals([process.stdout, process.stderr])
const signal = AbortSignal.any([stop.signal, supervisorGone.signal])
const [socket] = process.argv.slice(2)

try {
  await requireWorkingNode()
  await serve(processContext(), {
    signal,
    ...(socket !== undefined && { socket }),
    onListening: () => void tell({ kind: 'up' }),
  })
} catch (thrown) {
  if (!signal.aborted) {
    const error = asOctavoError(thrown)
    process.exitCode = exitCodeOf(error)
    await tell({ kind: 'fault', message: error.message, hint: error.hint })
  }
}
if (process.connected) process.disconnect()

/** Resolves when it is sent, or nobody is there to hear it. */
function tell(message: ServiceMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, undefined, {}, () => resolve())
  })
}

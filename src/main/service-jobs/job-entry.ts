import { Writable } from 'node:stream'
import { asOctavoError, OctavoError, toErrorRecord } from '../../core/errors.js'
import type { OnProgress } from '../../core/progress.js'
import { throttleProgress } from '../../jobs/wall/throttle-progress.js'
import { requireWorkingNode } from '../node-fault.js'
import { processContext } from '../process-context.js'
import { stopSignals } from '../stop-signals.js'
import type { FromServiceJob, StartJob } from './messages.js'
import { runVerb } from './run-verb.js'

/** One job of the service, in a process of its own: configured as a command is, and stopped as one. */
const serviceGone = new AbortController()
process.on('disconnect', () => {
  serviceGone.abort(new OctavoError('aborted', 'the service that started the job is gone'))
})
const stop = stopSignals([process.stderr])
const signal = AbortSignal.any([stop.signal, serviceGone.signal])

process.once('message', (start: StartJob) => void run(start))
send({ kind: 'ready' })

async function run(start: StartJob): Promise<void> {
  try {
    await requireWorkingNode()
    const context = processContext()
    const terminal = { ...context.terminal, err: lineSink() }
    const listeners = { signal, onProgress: tellingPhases(), tell }
    send({ kind: 'done', result: await runVerb({ ...context, terminal }, start, listeners) })
  } catch (thrown) {
    const error = asOctavoError(thrown)
    // Answers hold back what a fault of ours says: here is the rest of it.
    const { stack } = error.cause instanceof Error ? error.cause : error
    if (error.code === 'internal') process.stderr.write(`${stack ?? error.message}\n`)
    send({ kind: 'failed', error: toErrorRecord(error) })
  } finally {
    if (process.connected) process.disconnect()
  }
}

/** The log of the service has it, as it has that of a scheduled run. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`)
  send({ kind: 'log', line })
}

function lineSink(): Writable {
  return new Writable({
    decodeStrings: false,
    write: (text: string | Buffer, _, done) => {
      for (const line of String(text).split('\n').filter(Boolean)) tell(line)
      done()
    },
  })
}

/** Each phase is a line of the log, too: a verify or a restore tells nothing else. */
function tellingPhases(): OnProgress {
  const tellProgress = throttleProgress((progress) => send({ kind: 'progress', progress }))
  let phase = ''
  return (progress) => {
    if (progress.phase !== phase) send({ kind: 'log', line: progress.phase })
    phase = progress.phase
    tellProgress(progress)
  }
}

function send(message: FromServiceJob): void {
  if (process.connected) process.send?.(message)
}

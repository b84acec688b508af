import { parentPort } from 'node:worker_threads'
import { asOctavoError, toErrorRecord } from '../../core/errors.js'
import { runHere } from '../jobs.js'
import type { FromJob, ToJob } from './messages.js'
import { throttleProgress } from './throttle-progress.js'

/** The far side of the wall: started as a worker thread or as a child process, it runs one job. */
const abort = new AbortController()

function send(message: FromJob): void {
  if (parentPort) parentPort.postMessage(message)
  else process.send?.(message)
}

const onProgress = throttleProgress((progress) => send({ kind: 'progress', progress }))

async function start({ name, input }: Extract<ToJob, { kind: 'start' }>): Promise<void> {
  try {
    const result = await runHere(name, input, { signal: abort.signal, onProgress })
    send({ kind: 'done', result })
  } catch (error) {
    send({ kind: 'failed', error: toErrorRecord(asOctavoError(error)) })
  } finally {
    if (parentPort) parentPort.close()
    else if (process.connected) process.disconnect()
  }
}

function receive(message: ToJob): void {
  if (message.kind === 'start') void start(message)
  else abort.abort()
}

if (parentPort) parentPort.on('message', receive)
else {
  process.on('message', receive)
  // The terminal sends its signals to the whole group; the parent decides what they mean.
  process.on('SIGINT', () => undefined)
  process.on('disconnect', () => abort.abort())
}
send({ kind: 'ready' })

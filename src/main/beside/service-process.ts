import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Event } from './decide.js'
import type { ServiceHandle } from './supervise.js'

/** What the service says of itself. */
export const serviceMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up') }),
  z.object({ kind: z.literal('fault'), message: z.string(), hint: z.string() }),
])

export type ServiceMessage = z.output<typeof serviceMessage>

const standardError = 2

/**
 * Starts our service in a process of its own, and in a session of its own: signals that a terminal or a
 * service manager sends to a whole group are for the app. Its log goes to the error output, because the
 * standard output is the app's. It ends by itself when this process is gone.
 */
export function startService(
  socket: string | undefined,
  onEvent: (event: Event) => void,
): ServiceHandle {
  const child = fork(
    fileURLToPath(new URL('./service-entry.js', import.meta.url)),
    socket === undefined ? [] : [socket],
    { stdio: ['ignore', standardError, standardError, 'ipc'], detached: true, execArgv: [] },
  )
  let fault: string | undefined
  let over = false
  const end = (why: string): void => {
    if (over) return
    over = true
    onEvent({ kind: 'service-ended', why: fault ?? why })
  }
  child.on('message', (sent) => {
    const { data } = serviceMessage.safeParse(sent)
    if (data?.kind === 'up') onEvent({ kind: 'service-up' })
    if (data?.kind === 'fault')
      fault = data.message + (data.hint === '' ? '' : `\nhint: ${data.hint}`)
  })
  child.on('error', (error) => {
    if (child.pid === undefined) end(`the service can not be started: ${error.message}`)
  })
  child.on('exit', (code, signal) => {
    end(`the service ended ${signal === null ? `with exit code ${code}` : `by ${signal}`}`)
  })
  return { stop: () => void child.kill('SIGTERM'), kill: () => void child.kill('SIGKILL') }
}

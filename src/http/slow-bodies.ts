import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** So long may a request take to arrive whose body is small. */
const arrivalMs = 30_000

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/**
 * Ends connections that send the body of a small request as if they had all day, and those that go on
 * sending after the answer.
 */
export function endSlowBodies(app: FastifyInstance, withinMs = arrivalMs): void {
  const endLater = (raw: IncomingMessage): void => {
    if (raw.complete) return
    clearTimeout(timers.get(raw))
    const timer = setTimeout(() => {
      if (!raw.complete) raw.socket.destroy()
    }, withinMs)
    timer.unref()
    timers.set(raw, timer)
    raw.once('close', () => clearTimeout(timer))
  }
  app.addHook('onRequest', async ({ raw }) => endLater(raw))
  app.addHook('onResponse', async ({ raw }) => endLater(raw))
}

/** For a file, once its sender may send one: until the answer its body takes the time that it needs. */
export function allowLongBody({ raw }: { readonly raw: IncomingMessage }): void {
  clearTimeout(timers.get(raw))
}

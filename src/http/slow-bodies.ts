import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly bodyIsLong?: true
  }
}

/** For a route that takes a file: its body takes the time that it needs. */
export const longBody = { bodyIsLong: true } as const

/** For all others: so long may a request take to arrive, whose body is small. */
const arrivalMs = 30_000

/** Ends connections that send the body of a small request as if they had all day. */
export function endSlowBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (raw.complete || routeOptions.config.bodyIsLong === true) return
    const timer = setTimeout(() => {
      if (!raw.complete) raw.destroy()
    }, arrivalMs)
    timer.unref()
    raw.once('close', () => clearTimeout(timer))
    raw.once('end', () => clearTimeout(timer))
  })
}

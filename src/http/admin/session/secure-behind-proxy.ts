import type { FastifyInstance } from 'fastify'

/**
 * Where TLS ends in front of us the connection looks like a plain one, and cookies would go out without
 * `Secure`. To believe the header is no risk here: at worst a browser keeps the cookie from a plain connection.
 */
export function secureBehindProxy(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.headers['x-forwarded-proto'] !== 'https') return
    const cookies = [reply.getHeader('set-cookie') ?? []].flat().map(String)
    if (cookies.length === 0) return
    const secured = cookies.map((one) => (/;\s*secure/i.test(one) ? one : `${one}; Secure`))
    void reply.removeHeader('set-cookie').header('set-cookie', secured)
  })
}

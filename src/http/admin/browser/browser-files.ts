import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { BrowserAddresses } from '../page/layout.js'

const files = [
  file('admin.css', 'text/css; charset=utf-8', new URL('./admin.css', import.meta.url)),
  file('admin.js', 'text/javascript; charset=utf-8', new URL('./admin.js', import.meta.url)),
] as const

function file(name: string, type: string, place: URL) {
  const text = readFileSync(place, 'utf8')
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return { type, text, path: `/files/${mark}-${name}` }
}

/** Where the pages find their style and their script: another address once they are others. */
export function browserAddresses(base: string): BrowserAddresses {
  const [style, script] = files
  return { style: base + style.path, script: base + script.path }
}

/** Nothing of a database is in them: browsers may keep them. */
export async function browserFileRoutes(
  app: FastifyInstance,
  { base }: { readonly base: string },
): Promise<void> {
  for (const { path, type, text } of files)
    app.get(`${base}${path}`, { schema: { hide: true } }, (_request, reply) =>
      reply
        .headers({ 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' })
        .send(text),
    )
}

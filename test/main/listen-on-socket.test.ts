import promises from 'node:fs/promises'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { listenOnSocket } from '../../src/main/listen-on-socket.js'
import { ask } from '../support/ask.js'

/** A service that answers with its name, in a folder whose path is short. */
function service(t: Test, name: string): FastifyInstance {
  const app = fastify()
  app.get('/', () => name)
  t.teardown(() => app.close())
  return app
}

function shortFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const answerAt = async (at: string) => (await ask({ at, path: '/' })).body.toString()

t.test('listening removes nothing but a stale socket in its place', async (t) => {
  const folder = shortFolder(t)
  const place = join(folder, 'o.sock')
  const near = `${place}.${process.pid}`
  writeFileSync(near, 'precious')
  const remove = await listenOnSocket(service(t, 'ours'), place)
  t.equal(await answerAt(place), 'ours')
  t.same(readdirSync(folder), ['o.sock', `o.sock.${process.pid}`])
  await remove()
  t.same(readdirSync(folder), [`o.sock.${process.pid}`])
  t.equal(readFileSync(near, 'utf8'), 'precious')
})

t.test('a socket that takes our place the moment we have it is not ours to remove', async (t) => {
  const folder = shortFolder(t)
  const place = join(folder, 'o.sock')
  const other = join(folder, 'other.sock')
  await service(t, 'theirs').listen({ path: other })
  const { rename } = promises
  const restore = (): void => {
    promises.rename = rename
    syncBuiltinESMExports()
  }
  t.teardown(restore)
  promises.rename = async (from, to) => {
    restore()
    await rename(from, to)
    renameSync(other, place)
  }
  syncBuiltinESMExports()
  const remove = await listenOnSocket(service(t, 'ours'), place)
  await remove()
  t.equal(await answerAt(place), 'theirs')
})

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { requirePlainFile } from '../../src/core/files/require-plain-file.js'

t.test('a file is a plain file, by whatever path, and what is missing is not judged', async (t) => {
  const folder = t.testdir({ 'a.json': '{}' })
  await symlink('a.json', join(folder, 'link'))
  for (const name of ['a.json', 'link', 'missing', 'a.json/below'])
    await requirePlainFile(join(folder, name))
  if (process.platform === 'linux') await requirePlainFile('/proc/self/status')
})

t.test('what is no plain file is named, without opening it', async (t) => {
  const folder = t.testdir({ folder: {} })
  const pipe = join(folder, 'pipe')
  t.equal(spawnSync('mkfifo', [pipe]).status, 0)
  await symlink('pipe', join(folder, 'link'))
  // The path of a socket must be short.
  const short = await mkdtemp(join(tmpdir(), 'octavo-'))
  const socket = createServer().listen(join(short, 's'))
  await once(socket, 'listening')
  t.teardown(async () => {
    socket.close()
    await rm(short, { recursive: true })
  })
  const kinds = {
    [pipe]: 'a named pipe',
    [join(folder, 'link')]: 'a named pipe',
    [join(short, 's')]: 'a socket',
    '/dev/null': 'a device',
    '/dev/stdin': 'a stream of another program',
    '/dev/fd/63': 'a stream of another program',
    '/proc/self/fd/0': 'a stream of another program',
  }
  for (const [path, kind] of Object.entries(kinds))
    await t.rejects(requirePlainFile(path), {
      code: 'usage',
      message: `${path} is ${kind}, and a backup is read from a file`,
      hint: /^Save the backup to a file first/,
    })
  await t.rejects(requirePlainFile(join(folder, 'folder')), {
    code: 'not-found',
    message: /is a folder, not a file/,
  })
})

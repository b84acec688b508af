import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { labFolder } from './lab-folder.js'
import { compileOctavo, octavo } from './octavo.js'

compileOctavo()

/** A folder with inputs that are no whole backup, each under a name of its own. */
async function damagedFiles(t: Test): Promise<{ folder: string; files: readonly string[] }> {
  const folder = labFolder(t)
  const made = [
    await octavo(['export', 'lab.sqlite3', '-o', 'whole.json'], { folder }),
    await octavo(['export', 'lab.sqlite3', '--format', 'sqlite', '-o', 'whole.db'], { folder }),
  ]
  t.same(
    made.map(({ exit }) => exit),
    [0, 0],
  )
  const text = readFileSync(join(folder, 'whole.json'), 'utf8')
  const native = readFileSync(join(folder, 'whole.db'))
  const torn = Buffer.from(native)
  torn.fill(0x55, 4096)
  const swap = (from: string | RegExp, to: string): string => {
    const changed = text.replace(from, to)
    if (changed === text) throw new Error(`nothing was changed: ${String(from)}`)
    return changed
  }
  const inputs: Readonly<Record<string, string | Buffer>> = {
    'empty.json': '',
    'list.json': '[]',
    'cut.gz': gzipSync(text).subarray(0, -9),
    'altered.json': swap('cryostat', 'cryostaT'),
    'anew.json': JSON.stringify(JSON.parse(swap('cryostat', 'cryostaT')), null, 2),
    'deep.json': `{"octavo":1,"x":${'['.repeat(9000)}`,
    'sql.json': swap('CREATE TABLE machine', 'DROP TABLE machine'),
    'torn.db.gz': gzipSync(torn),
    'short.db': native.subarray(0, 5000),
    'head.db.gz': gzipSync(native.subarray(0, 100)),
  }
  for (const [name, content] of Object.entries(inputs)) writeFileSync(join(folder, name), content)
  return { folder, files: [...Object.keys(inputs), 'missing.json'] }
}

t.test('verify, inspect and restore name the file that they refuse', async (t) => {
  const { folder, files } = await damagedFiles(t)
  // Inspecting does not restore: what only that finds, it does not.
  const unseen = ['anew.json', 'sql.json', 'torn.db.gz', 'short.db']
  for (const name of files) {
    const path = join(folder, name)
    const ran = [
      ['verify', name],
      ['inspect', name],
      ['restore', name, '--into', 'new.sqlite3', '--yes'],
    ].map(async (words) => ({ words, ...(await octavo(words, { folder })) }))
    for (const { words, exit, err } of await Promise.all(ran)) {
      if (exit === 0 && words[0] === 'inspect' && unseen.includes(name)) continue
      t.not(exit, 0, words.join(' '))
      const error = /^error: .*/m.exec(err)?.[0] ?? ''
      t.equal(error.split(path).length, 2, `${words.join(' ')} names it once: ${error}`)
    }
  }
})

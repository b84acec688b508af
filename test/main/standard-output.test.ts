import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { writeSample } from '../../src/sample/write-sample.js'
import { cliPath, compileOctavo } from '../cli/octavo.js'

compileOctavo()

/** Runs octavo with its standard output in a file. */
function intoFile(words: readonly string[], out: string): { exit: number | null; err: string } {
  const descriptor = openSync(out, 'w')
  try {
    const env = { PATH: process.env['PATH'] }
    const stdio: ['ignore', number, 'pipe'] = ['ignore', descriptor, 'pipe']
    const run = spawnSync(process.execPath, [cliPath, ...words], { stdio, env, encoding: 'utf8' })
    return { exit: run.status, err: run.stderr }
  } finally {
    closeSync(descriptor)
  }
}

t.test('an export into a file by redirection is whole', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'db.sqlite3')
  await writeSample(path)
  const out = join(folder, 'out.json')
  t.match(intoFile(['export', path, '-o', '-', '--quiet'], out), { exit: 0, err: '' })
  t.match(readFileSync(out, 'utf8'), /"sha256":"[0-9a-f]{64}"\n\}\n$/)
})

const isRoot = process.getuid?.() === 0
const mountable = isRoot && process.platform === 'linux'

t.test(
  'an export by redirection onto a disk that fills up is an error, never half a backup',
  { skip: mountable ? false : 'only root can mount a small file system' },
  async (t) => {
    const folder = t.testdir()
    const path = join(folder, 'db.sqlite3')
    await writeSample(path)
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', disk])
    if (mounted.status !== 0) return t.comment('no file system can be mounted here: not tried')
    try {
      writeFileSync(join(disk, 'fill'), Buffer.alloc(70_000))
      const { exit, err } = intoFile(['export', path, '-o', '-'], join(disk, 'out.json'))
      t.not(exit, 0)
      t.match(err, /^error: .*(no space|disk is full)/m)
    } finally {
      spawnSync('umount', [disk])
    }
  },
)

t.test(
  'a result that can not be written ends with an error',
  { skip: existsSync('/dev/full') ? false : 'there is no /dev/full here' },
  async (t) => {
    const folder = t.testdir()
    const path = join(folder, 'db.sqlite3')
    await writeSample(path)
    const { exit, err } = intoFile(['inspect', path, '--json'], '/dev/full')
    t.equal(exit, 1)
    t.match(err, /the output can not be written/)
  },
)

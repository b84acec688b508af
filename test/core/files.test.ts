import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import t from 'tap'
import {
  besideName,
  moveIntoEmptyPlace,
  moveIntoPlace,
  syncFolder,
  writeDurably,
} from '../../src/core/files/durable-file.js'
import { freeSpace, requireSpace, showBytes } from '../../src/core/files/free-space.js'
import { withWorkFolder } from '../../src/core/files/work-folder.js'

t.test(
  'a durable file is written whole, for its owner only, with nothing left beside',
  async (t) => {
    const folder = t.testdir({ 'state.json': 'old' })
    await writeDurably(join(folder, 'state.json'), 'new')
    await writeDurably(join(folder, 'bytes'), Buffer.from([0, 255]))
    t.equal(await readFile(join(folder, 'state.json'), 'utf8'), 'new')
    t.strictSame(await readFile(join(folder, 'bytes')), Buffer.from([0, 255]))
    t.equal((await stat(join(folder, 'state.json'))).mode & 0o777, 0o600)
    t.strictSame((await readdir(folder)).sort(), ['bytes', 'state.json'])
  },
)

t.test('a write that fails leaves the old file and nothing beside it', async (t) => {
  const folder = t.testdir({ taken: { inside: 'x' } })
  await t.rejects(writeDurably(join(folder, 'taken'), 'new'), { code: /EISDIR|ENOTEMPTY|EEXIST/ })
  t.strictSame(await readdir(folder), ['taken'])
  t.equal(await readFile(join(folder, 'taken/inside'), 'utf8'), 'x')
  await t.rejects(writeDurably(join(folder, 'missing/file'), 'new'), { code: 'ENOENT' })
})

t.test('a finished file takes the place of another', async (t) => {
  const folder = t.testdir({ finished: 'new', target: 'old' })
  await moveIntoPlace(join(folder, 'finished'), join(folder, 'target'))
  t.equal(await readFile(join(folder, 'target'), 'utf8'), 'new')
  t.strictSame(await readdir(folder), ['target'])
})

t.test('an empty place is taken once: a second file is refused and both stay', async (t) => {
  const folder = t.testdir({ first: '1', second: '2' })
  await moveIntoEmptyPlace(join(folder, 'first'), join(folder, 'target'))
  await t.rejects(moveIntoEmptyPlace(join(folder, 'second'), join(folder, 'target')), {
    code: 'EEXIST',
  })
  t.equal(await readFile(join(folder, 'target'), 'utf8'), '1')
  t.equal(await readFile(join(folder, 'second'), 'utf8'), '2')
  t.strictSame((await readdir(folder)).sort(), ['second', 'target'])
})

t.test('a name beside a file is hidden, in the same folder, and never the same twice', (t) => {
  const [one, two] = [besideName('/data/db.sqlite3'), besideName('/data/db.sqlite3')]
  t.equal(dirname(one), '/data')
  t.match(basename(one), /^\.db\.sqlite3\..+\.part$/)
  t.not(one, two)
  t.end()
})

t.test('a folder that is gone can not be made durable', async (t) => {
  await t.rejects(syncFolder(join(t.testdir({}), 'gone')), { code: 'ENOENT' })
})

t.test(
  'space that is there is accepted, and space that is not is refused with both numbers',
  async (t) => {
    const folder = t.testdir({})
    const free = await freeSpace(folder)
    t.ok(free > 0)
    await requireSpace(folder, 1, 'the test')
    const neededBytes = 2 ** 60
    await t.rejects(requireSpace(folder, neededBytes, 'the export'), {
      code: 'space-short',
      message: /^the export needs \d+\.\d TB in .+ is free$/,
      details: { neededBytes, freeBytes: Number },
    })
  },
)

t.test('sizes are shown with one digit, in decimal units', (t) => {
  const shown: [number, string][] = [
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [1_449_000_000, '1.4 GB'],
    [5e15, '5000.0 TB'],
  ]
  for (const [bytes, text] of shown) t.equal(showBytes(bytes), text)
  t.end()
})

t.test('a work folder is private, and gone afterwards, also after an error', async (t) => {
  const parent = t.testdir({})
  const mode = await withWorkFolder(parent, async (folder) => {
    t.equal(dirname(folder), parent)
    await writeFile(join(folder, 'scratch'), 'x')
    return (await stat(folder)).mode & 0o777
  })
  t.equal(mode, 0o700)
  await t.rejects(
    withWorkFolder(parent, () => Promise.reject(new Error('job'))),
    { message: 'job' },
  )
  t.strictSame(await readdir(parent), [])
})

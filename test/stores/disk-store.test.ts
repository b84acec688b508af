import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { diskStore } from '../../src/stores/disk-store.js'
import { ownFolder } from '../support/read-snapshot.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { listed, read, storeContract } from './store-contract.js'

storeContract(t, 'disk', {
  open: async (t, place = ownFolder(t)) => ({
    store: diskStore({ name: 'disk', folder: String(place) }),
    place,
  }),
  leftovers: async (place) => readdirSync(String(place)),
  sizes: [262_143, 262_144, 262_145],
  largeBytes: 3_000_000,
  many: 40,
})

const some = sourceOf(Buffer.from('some bytes'))

function opened(t: Test) {
  const folder = ownFolder(t)
  return { folder, store: diskStore({ name: 'disk', folder }) }
}

t.test('it says where it is, and that it goes with the machine', async (t) => {
  const { folder, store } = opened(t)
  t.match(store, { name: 'disk', shown: `disk ${folder}`, local: true })
  await store.close()
})

t.test('files have mode 0600 and folders 0700', async (t) => {
  const folder = join(ownFolder(t), 'made')
  await diskStore({ name: 'disk', folder }).put('a/b/c', some)
  for (const path of ['', 'a', 'a/b']) t.equal(statSync(join(folder, path)).mode & 0o777, 0o700)
  t.equal(statSync(join(folder, 'a/b/c')).mode & 0o777, 0o600)
})

t.test('a folder that is missing with the one above it is refused', async (t) => {
  const above = join(ownFolder(t), 'mnt')
  const store = diskStore({ name: 'disk', folder: join(above, 'backups') })
  const refusal = { code: 'store-refused', hint: /mounted/ }
  await t.rejects(store.put('a', some), refusal)
  await t.rejects(listed(store), refusal)
  await t.rejects(read(store, 'a'), refusal)
  await t.rejects(store.remove('a'), refusal)
  t.notOk(existsSync(above))
  writeFileSync(above, 'a file')
  await t.rejects(diskStore({ name: 'disk', folder: above }).put('a', some), refusal)
})

t.test('nothing is written, read or removed through a symbolic link', async (t) => {
  const { folder, store } = opened(t)
  const outside = ownFolder(t)
  writeFileSync(join(outside, 'secret'), 'secret')
  symlinkSync(outside, join(folder, 'way'))
  symlinkSync(join(outside, 'secret'), join(folder, 'link'))
  symlinkSync(join(outside, 'new'), join(folder, 'dangling'))
  const refusal = { code: 'store-refused', message: /symbolic link/ }
  await t.rejects(store.put('way/new', some), refusal)
  await t.rejects(store.put('way/deep/new', some), refusal)
  await t.rejects(read(store, 'way/secret'), refusal)
  await t.rejects(store.remove('way/secret'), refusal)
  await t.rejects(store.put('link', some), { code: 'store-taken' })
  await t.rejects(store.put('dangling', some), { code: 'store-taken' })
  await t.rejects(read(store, 'link'), { code: 'not-found' })
  await store.remove('link')
  t.strictSame(await listed(store), [])
  t.strictSame(readdirSync(outside), ['secret'])
  t.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret')
  t.ok(existsSync(join(folder, 'link')), 'what is not ours stays')
})

t.test('a folder of the store may itself be reached through a link', async (t) => {
  const { folder } = opened(t)
  const link = join(ownFolder(t), 'link')
  symlinkSync(folder, link)
  const store = diskStore({ name: 'disk', folder: link })
  await store.put('a/b', some)
  t.equal(String(await read(store, 'a/b')), 'some bytes')
})

t.test('what is no plain file is no object, and is not waited for', async (t) => {
  const { folder, store } = opened(t)
  execFileSync('mkfifo', [join(folder, 'pipe')])
  mkdirSync(join(folder, 'folder'))
  for (const name of ['pipe', 'folder']) {
    await t.rejects(read(store, name), { code: 'not-found' })
    await t.rejects(store.put(name, some), { code: 'store-taken' })
  }
  await store.remove('pipe')
  t.strictSame(await listed(store), [])
  t.ok(existsSync(join(folder, 'pipe')))
})

t.test('a file is no folder for other names', async (t) => {
  const { store } = opened(t)
  await store.put('a', some)
  await t.rejects(store.put('a/b', some), { code: 'store-taken' })
  await store.put('b/c', some)
  await t.rejects(store.put('b', some), { code: 'store-taken' })
  t.strictSame(
    (await listed(store)).map(([name]) => name),
    ['a', 'b/c'],
  )
})

t.test('a folder that others take away as empty is made again', async (t) => {
  const { folder, store } = opened(t)
  await Promise.all(
    Array.from({ length: 12 }, async (_, writer) => {
      for (let round = 0; round < 25; round += 1) {
        await store.put(`a/b/c/${writer}`, some)
        await store.remove(`a/b/c/${writer}`)
      }
    }),
  )
  t.strictSame(readdirSync(folder), [])
})

t.test('temporary files of others are not shown, and stay', async (t) => {
  const { folder, store } = opened(t)
  for (const name of ['.hidden', 'a~ b', 'ä']) writeFileSync(join(folder, name), 'x')
  mkdirSync(join(folder, '.git'))
  writeFileSync(join(folder, '.git/config'), 'x')
  await store.put('ours', some)
  await store.remove('ours')
  t.strictSame(await listed(store), [])
  t.equal(readdirSync(folder).length, 4)
})

t.test('an object that is cut short or replaced while it is read ends with an error', async (t) => {
  const { folder, store } = opened(t)
  const bytes = someBytes(3_000_000)
  await store.put('object', sourceOf(bytes))
  const cut = async () => {
    for await (const _ of store.get('object')) truncateSync(join(folder, 'object'), 300_000)
  }
  await t.rejects(cut(), { code: 'store-failed', message: /cut short/ })
  await store.remove('object')
  await store.put('object', sourceOf(bytes))
  const pieces: Buffer[] = []
  for await (const piece of store.get('object')) {
    pieces.push(piece)
    writeFileSync(join(folder, '.other'), someBytes(3_000_000, 2))
    renameSync(join(folder, '.other'), join(folder, 'object'))
  }
  t.ok(Buffer.concat(pieces).equals(bytes), 'one that is replaced is read to its end')
})

t.test('more than is free is refused before anything is written', async (t) => {
  const { folder, store } = opened(t)
  const huge = { ...some, size: 1e18, read: () => t.fail('it was read') as never }
  await t.rejects(store.put('huge', huge), { code: 'space-short' })
  t.strictSame(readdirSync(folder), [])
})

t.test('what dead processes left is removed, and nothing else', async (t) => {
  const { folder, store } = opened(t)
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  const leave = (name: string, owner: object | null, ageMs = 0): void => {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'object'), 'half')
    if (owner) writeFileSync(join(folder, name, 'owner.json'), JSON.stringify(owner))
    const at = new Date(Date.now() - ageMs)
    for (const path of owner ? [`${name}/owner.json`, name] : [name])
      utimesSync(join(folder, path), at, at)
  }
  const elsewhere = { pid: 1, start: 'x', place: 'another machine' }
  leave('.octavo-work-0000000000000001', elsewhere, 2 * 3_600_000)
  leave('.octavo-work-0000000000000002', elsewhere)
  leave('.octavo-work-0000000000000003', null)
  leave('.octavo-work-mine', null, 2 * 3_600_000)
  t.type(gone, 'number')
  await store.put('object', some)
  t.strictSame(readdirSync(folder).toSorted(), [
    '.octavo-work-0000000000000002',
    '.octavo-work-0000000000000003',
    '.octavo-work-mine',
    'object',
  ])
})

import { chmod, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { moveIntoEmptyPlace } from '../../src/core/files/durable-file.js'
import { outputPlace, putInPlace, type OutputWish } from '../../src/core/files/output-place.js'

const usualName = 'database_backup_2026-11-21_09-10-11.json'
const asRoot = process.geteuid?.() === 0 && 'the administrator may write everywhere'

function numberOf(number: number): string {
  return `database_backup_2026-11-21_09-10-11_${number}.json`
}

async function place(wish: Omit<OutputWish, 'usualName'>, content: string): Promise<string> {
  const finished = join(t.testdirName, `finished-${content}`)
  await writeFile(finished, content)
  return putInPlace(finished, await outputPlace({ usualName, ...wish }))
}

/** What a folder holds, by name. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>
}

t.testdir()

t.test('a usual name that is taken goes on to the next free number', async (t) => {
  const out = t.testdir()
  const wish = { out, force: false, numbered: true }
  t.equal(await place(wish, 'one'), join(out, usualName))
  t.equal(await place(wish, 'two'), join(out, numberOf(2)))
  await writeFile(join(out, numberOf(4)), 'mine')
  t.equal(await place(wish, 'three'), join(out, numberOf(3)))
  t.equal(await place(wish, 'five'), join(out, numberOf(5)), 'past one that is there')
  t.strictSame(await contents(out), {
    [usualName]: 'one',
    [numberOf(2)]: 'two',
    [numberOf(3)]: 'three',
    [numberOf(4)]: 'mine',
    [numberOf(5)]: 'five',
  })
})

t.test('a folder or a dangling link under the usual name is left alone too', async (t) => {
  const out = t.testdir({ [usualName]: { inside: 'x' } })
  await symlink('nowhere', join(out, numberOf(2)))
  const wish = { out, force: false, numbered: true }
  t.equal(await place(wish, 'new'), join(out, numberOf(3)))
  t.strictSame(await readdir(out), [usualName, numberOf(2), numberOf(3)])
})

t.test('names taken between the look and the move are passed over', async (t) => {
  const out = t.testdir()
  const finished = join(out, 'finished')
  await writeFile(finished, 'mine')
  const found = await outputPlace({ out, usualName, force: false, numbered: true })
  t.strictSame(found, { file: join(out, usualName), ifTaken: 'number' })
  await writeFile(join(out, usualName), 'theirs')
  await writeFile(join(out, numberOf(2)), 'theirs')
  t.equal(await putInPlace(finished, found), join(out, numberOf(3)))
  t.equal(await readFile(join(out, usualName), 'utf8'), 'theirs')
})

t.test('many that want one usual name at once all get one of their own', async (t) => {
  const out = t.testdir()
  const wishes = Array.from({ length: 20 }, (_, n) => `writer ${n}`)
  const paths = await Promise.all(
    wishes.map((content) => place({ out, force: false, numbered: true }, content)),
  )
  t.equal(new Set(paths).size, 20)
  for (const [n, path] of paths.entries()) t.equal(await readFile(path, 'utf8'), `writer ${n}`)
  t.equal((await readdir(out)).length, 20, 'and nothing else is left')
})

t.test('a name that a person chose is refused when it is taken, before and after', async (t) => {
  const folder = t.testdir({ 'mine.json': 'mine' })
  const wish = { out: join(folder, 'mine.json'), usualName, force: false, numbered: true }
  await t.rejects(outputPlace(wish), {
    code: 'confirmation-needed',
    message: `${wish.out} is there already`,
    hint: /--force/,
  })
  const free = { ...wish, out: join(folder, 'new.json') }
  const found = await outputPlace(free)
  await writeFile(join(folder, 'finished'), 'new')
  await writeFile(free.out, 'came meanwhile')
  await t.rejects(putInPlace(join(folder, 'finished'), found), { code: 'confirmation-needed' })
  t.strictSame(await contents(folder), {
    finished: 'new',
    'mine.json': 'mine',
    'new.json': 'came meanwhile',
  })
})

t.test('a usual name that says what the file is gets no number', async (t) => {
  const out = t.testdir({ [usualName]: 'mine' })
  const wish = { out, usualName, force: false, numbered: false }
  await t.rejects(outputPlace(wish), { code: 'confirmation-needed' })
  t.equal(await place({ ...wish, force: true }, 'new'), join(out, usualName))
  t.strictSame(await contents(out), { [usualName]: 'new' })
})

t.test('what is forced replaces a file, and only a file', async (t) => {
  const out = t.testdir({ [usualName]: 'old', 'taken.json': 'old' })
  for (const file of [out, join(out, 'taken.json')])
    await place({ out: file, force: true, numbered: true }, 'new')
  t.strictSame(await contents(out), { [usualName]: 'new', 'taken.json': 'new' })
  await mkdir(join(out, 'folder', usualName), { recursive: true })
  const wish = { usualName, force: true, numbered: true }
  for (const wrong of [join(out, 'folder'), '/dev/null'])
    await t.rejects(outputPlace({ ...wish, out: wrong }), {
      code: 'usage',
      message: /is not a file that can be replaced/,
    })
  await t.rejects(outputPlace({ ...wish, out: join(out, 'none', 'x.json') }), {
    code: 'usage',
    message: /none does not exist/,
  })
})

const noLinks = (code: string) => () =>
  Promise.reject(Object.assign(new Error('no links here'), { code }))

t.test('a link that leads nowhere is no place for a file', async (t) => {
  const out = join(t.testdir(), 'link')
  await symlink('nowhere', out)
  for (const force of [true, false])
    await t.rejects(outputPlace({ out, usualName, force, numbered: true }), {
      code: 'usage',
      message: /is not a file that can be replaced/,
    })
})

t.test('a folder that can not be written to is named at once', { skip: asRoot }, async (t) => {
  const out = t.testdir()
  await chmod(out, 0o500)
  t.teardown(() => chmod(out, 0o700))
  for (const wish of [out, join(out, 'a.json')])
    await t.rejects(outputPlace({ out: wish, usualName, force: false, numbered: true }), {
      code: 'usage',
      message: `the folder ${out} can not be written to`,
    })
})

t.test('without hard links an empty place is taken whole', async (t) => {
  for (const code of ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']) {
    const folder = t.testdir({ finished: 'new' })
    await moveIntoEmptyPlace(join(folder, 'finished'), join(folder, 'target'), noLinks(code))
    t.strictSame(await contents(folder), { target: 'new' }, code)
  }
  const folder = t.testdir({ finished: 'new' })
  const moved = moveIntoEmptyPlace(join(folder, 'finished'), join(folder, 'target'), noLinks('EIO'))
  await t.rejects(moved, { code: 'EIO' }, 'another fault is no file system without links')
  t.strictSame(await contents(folder), { finished: 'new' })
})

t.test('without hard links nothing that is there is ever replaced', async (t) => {
  const folder = t.testdir({ finished: 'new', file: 'mine', empty: '', folder: { inside: 'x' } })
  await symlink('nowhere', join(folder, 'link'))
  for (const name of ['file', 'empty', 'folder', 'link'])
    await t.rejects(
      moveIntoEmptyPlace(join(folder, 'finished'), join(folder, name), noLinks('EPERM')),
      { code: 'EEXIST' },
      name,
    )
  t.equal(await readFile(join(folder, 'finished'), 'utf8'), 'new')
  t.equal(await readFile(join(folder, 'file'), 'utf8'), 'mine')
  t.equal(await readFile(join(folder, 'empty'), 'utf8'), '')
  t.strictSame(await readdir(join(folder, 'folder')), ['inside'])
  await t.rejects(readFile(join(folder, 'nowhere')), { code: 'ENOENT' })
})

t.test('without hard links one of many gets the place, and the others keep theirs', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const names = Array.from({ length: 8 }, (_, n) => `finished-${n}`)
    const folder = t.testdir(Object.fromEntries(names.map((name) => [name, name])))
    const target = join(folder, 'target')
    const moves = names.map((name, n) => {
      // Half of them find links: the two ways hold each other off as well.
      const link = n % 2 === 0 ? [noLinks('EPERM')] : []
      return moveIntoEmptyPlace(join(folder, name), target, ...link)
    })
    const results = await Promise.allSettled(moves)
    const [winner, ...others] = names.filter((_, n) => results[n]?.status === 'fulfilled')
    t.strictSame(others, [])
    const left = names.filter((name) => name !== winner)
    const wanted = Object.fromEntries(left.map((name) => [name, name]))
    t.strictSame(await contents(folder), { ...wanted, target: winner })
  }
})

t.test('without hard links a move that fails leaves the place empty', async (t) => {
  const folder = t.testdir({ finished: 'new' })
  const finished = join(folder, 'finished')
  const away = join(folder, 'away')
  const linkFile = async (): Promise<never> => {
    await rename(finished, away)
    return noLinks('EPERM')()
  }
  const moved = moveIntoEmptyPlace(finished, join(folder, 'target'), linkFile)
  await t.rejects(moved, { code: 'ENOENT' })
  t.strictSame(await contents(folder), { away: 'new' })
})

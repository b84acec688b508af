import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeOwnFolder, removeAbandoned } from '../../src/core/files/folder-owner.js'
import {
  askPs,
  lookAtProcess,
  mayBeRunning,
  ownProcessName,
  type ProcessName,
} from '../../src/core/files/process-status.js'
import { withWorkFolder } from '../../src/core/files/work-folder.js'

const minute = 60_000
const kind = { prefix: 'ours-', silentAfterMs: 15 * minute }
const here = await ownProcessName()
const gone = spawnSync(process.execPath, ['-e', '']).pid

interface Planted {
  readonly owner: Partial<ProcessName> | string | null
  readonly ageMs?: number
}

/** A folder as a process left it, with something in it. */
async function plant(parent: string, name: string, { owner, ageMs = 0 }: Planted): Promise<void> {
  const folder = join(parent, name)
  await mkdir(join(folder, 'job'), { recursive: true })
  await writeFile(join(folder, 'job', 'half'), 'half')
  const file = join(folder, 'owner.json')
  const text = typeof owner === 'string' ? owner : JSON.stringify({ ...here, ...owner })
  if (owner !== null) await writeFile(file, text)
  const at = new Date(Date.now() - ageMs)
  for (const path of owner === null ? [folder] : [file, folder]) await utimes(path, at, at)
}

/** A name as our folders have it, for each word. */
function ours(word: string): string {
  return `ours-${createHash('sha256').update(word).digest('hex').slice(0, 16)}`
}

/** The words, of those planted under names of ours, whose folders stay. */
async function survivors(parent: string, planted: Record<string, Planted>): Promise<string[]> {
  for (const [word, what] of Object.entries(planted)) await plant(parent, ours(word), what)
  await removeAbandoned(parent, kind)
  const left = new Set(await readdir(parent))
  return Object.keys(planted).filter((word) => left.has(ours(word)))
}

t.test('the folder of a living owner stays, however old it is', async (t) => {
  const left = await survivors(t.testdir(), {
    me: { owner: here, ageMs: 1e9 },
    'unknown-start': { owner: { start: '' }, ageMs: 1e9 },
  })
  t.strictSame(left, ['me', 'unknown-start'])
})

t.test('the folder of an owner that is gone goes at once, with what is in it', async (t) => {
  const left = await survivors(t.testdir(), {
    gone: { owner: { pid: gone } },
    'gone-unknown': { owner: { pid: gone, start: '' } },
  })
  t.strictSame(left, [])
})

t.test('a process that got the number of the owner does not keep its folder', async (t) => {
  const left = await survivors(t.testdir(), {
    reused: { owner: { start: 'another boot:1' } },
    'reused-by-root': { owner: { pid: 1, start: here.start } },
  })
  t.strictSame(left, [])
})

const bootIdPath = '/proc/sys/kernel/random/boot_id'
const noBootId = existsSync(bootIdPath) ? false : 'this system tells no boot id'

t.test('an owner that can not be looked up from here counts by its silence', async (t) => {
  const away = { pid: gone, place: 'another host' }
  const left = await survivors(t.testdir(), {
    away: { owner: away, ageMs: 14 * minute },
    'away-long': { owner: away, ageMs: 16 * minute },
    'away-same-number': { owner: { ...here, place: 'another host' }, ageMs: 16 * minute },
  })
  t.strictSame(left, ['away'])
})

t.test('another machine of the same name is another place', { skip: noBootId }, async (t) => {
  const boot = readFileSync(bootIdPath, 'utf8').trim()
  t.match(here.place, boot)
  const twin = { pid: gone, place: here.place.replace(boot, randomUUID()) }
  t.strictSame(await survivors(t.testdir(), { twin: { owner: twin } }), ['twin'])
})

t.test('an owner file that is missing or half written counts by its age', async (t) => {
  const texts = {
    none: null,
    empty: '',
    half: JSON.stringify(here).slice(0, 9),
    null: 'null',
    number: '{"pid":-1,"start":"","place":""}',
    old: `{"pid":${gone},"host":"x"}`,
  }
  const planted = Object.entries(texts).flatMap(([name, owner]): [string, Planted][] => [
    [`${name}_new`, { owner, ageMs: 14 * minute }],
    [`${name}_old`, { owner, ageMs: 16 * minute }],
  ])
  const left = await survivors(t.testdir(), Object.fromEntries(planted))
  t.strictSame(
    left,
    planted.map(([name]) => name).filter((name) => name.endsWith('new')),
  )
})

t.test('only folders of our naming are ever removed', async (t) => {
  const file = ours('file')
  const parent = t.testdir({ [file]: 'a file', elsewhere: { 'owner.json': '{}' } })
  const old = new Date(0)
  await symlink('elsewhere', join(parent, ours('link')))
  for (const name of [file, 'elsewhere']) await utimes(join(parent, name), old, old)
  const name = ours('folder')
  const others = ['photos', `my-${name}`, `${name}0`, name.slice(0, -1), name.replace(/.$/, 'g')]
  for (const other of others) await plant(parent, other, { owner: { pid: gone } })
  t.strictSame(await survivors(parent, { folder: { owner: { pid: gone } } }), [])
  const kept = ['elsewhere', file, ours('link'), ...others]
  t.strictSame((await readdir(parent)).sort(), kept.sort())
})

t.test('a pipe in the place of an owner file is not waited for', async (t) => {
  const trap = ours('trap')
  const parent = t.testdir({ [trap]: {} })
  t.equal(spawnSync('mkfifo', [join(parent, trap, 'owner.json')]).status, 0)
  await removeAbandoned(parent, kind)
  t.strictSame(await readdir(parent), [trap])
})

t.test('an owned folder says whose it is, and shows life until it is given up', async (t) => {
  const { path, giveUp } = await makeOwnFolder(t.testdir(), kind, 5)
  const file = join(path, 'owner.json')
  t.match(basename(path), /^ours-[0-9a-f]{16}$/)
  t.equal((await stat(path)).mode & 0o777, 0o700)
  t.strictSame(JSON.parse(await readFile(file, 'utf8')), here)
  t.equal((await stat(file)).mode & 0o777, 0o600)
  await utimes(file, 0, 0)
  const isOld = async (): Promise<boolean> => (await stat(file)).mtimeMs === 0
  while (await isOld()) await sleep(5)
  giveUp()
  await sleep(20)
  await utimes(file, 0, 0)
  await sleep(50)
  t.ok(await isOld())
})

t.test('processes that start at once leave each other alone, and remove the killed', async (t) => {
  const parent = t.testdir()
  const holder = fileURLToPath(new URL('../support/work-folder-holder.ts', import.meta.url))
  const start = async (): Promise<{ child: ChildProcess; folder: string }> => {
    const child = fork(holder, [parent])
    t.teardown(() => child.kill('SIGKILL'))
    const [folder]: unknown[] = await once(child, 'message')
    return { child, folder: String(folder) }
  }
  const names = async (): Promise<string[]> => (await readdir(parent)).sort()
  const nameOf = ({ folder }: { readonly folder: string }): string => basename(folder)
  const held = await Promise.all([start(), start(), start(), start()])
  t.strictSame(await names(), held.map(nameOf).sort())
  const killed = held.slice(0, 2)
  for (const { child } of killed) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  t.strictSame(await names(), held.map(nameOf).sort(), 'a killed process leaves its folder')
  const later = await Promise.all([start(), start()])
  t.strictSame(await names(), [...held.slice(2), ...later].map(nameOf).sort())
})

t.test('many that remove the same folders at once do not trip over each other', async (t) => {
  const parent = t.testdir()
  for (let n = 0; n < 5; n += 1) {
    const name = `.octavo-work-${String(n).repeat(16)}`
    await plant(parent, name, { owner: { pid: gone } })
    for (let file = 0; file < 50; file += 1)
      await writeFile(join(parent, name, 'job', String(file)), 'half')
  }
  const uses = Array.from({ length: 20 }, () =>
    withWorkFolder(parent, async (folder) => {
      await removeAbandoned(parent, { ...kind, prefix: '.octavo-work-' })
      return (await readdir(folder)).join()
    }),
  )
  t.strictSame(new Set(await Promise.all(uses)), new Set(['owner.json']))
  t.strictSame(await readdir(parent), [])
})

const notLinux = process.platform === 'linux' ? false : 'there is no /proc here'

t.test('a killed process that nobody collects is not running', { skip: notLinux }, async (t) => {
  const child = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'])
  t.teardown(() => child.kill())
  const [text]: unknown[] = await once(child.stdout, 'data')
  const pid = Number(text)
  while ((await lookAtProcess(pid))?.isOver === false) await sleep(5)
  t.match(await lookAtProcess(pid), { isOver: true })
  t.notOk(await mayBeRunning({ pid, start: '' }))
})

t.test('a process counts as running while the system does not tell otherwise', async (t) => {
  const { pid, start } = here
  const seen = (start: string, isOver = false) => Promise.resolve({ start, isOver })
  t.not(start, '', 'this system tells')
  t.ok(await mayBeRunning({ pid, start }))
  t.ok(await mayBeRunning({ pid, start }, () => Promise.resolve(null)))
  t.ok(await mayBeRunning({ pid, start }, () => seen('')))
  t.ok(await mayBeRunning({ pid, start: '' }, () => seen(start)))
  t.notOk(await mayBeRunning({ pid, start }, () => seen(`${start}0`)))
  t.notOk(await mayBeRunning({ pid, start }, () => seen(start, true)))
  t.notOk(await mayBeRunning({ pid: gone, start }, () => seen(start)), 'there is none')
})

t.test('ps tells the start of a process where there is no /proc', async (t) => {
  const own = await askPs(process.pid)
  if (own === null) return t.comment('there is no such ps here')
  t.match(own, { start: /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/, isOver: false })
  t.equal(await askPs(gone), null)
  const zone = process.env['TZ']
  process.env['TZ'] = 'Asia/Tokyo'
  t.same(await askPs(process.pid), own, 'the same in any time zone')
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

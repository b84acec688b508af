import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import { readBackupManifest } from '../../src/core/backups/manifest.js'
import { compileOctavo, octavo } from '../cli/octavo.js'
import { makeWeek } from '../support/faults/fault-lab.js'
import {
  compileFaults,
  runWithFault,
  scratchOf,
  type Fault,
  type FaultAction,
} from '../support/faults/faulty-run.js'
import { contentOfDocument } from '../support/faults/whole-document.js'

t.setTimeout(3_600_000)
compileOctavo()
const base = mkdtempSync(join(tmpdir(), 'octavo-backup-faults-'))
t.teardown(() => rmSync(base, { recursive: true, force: true }))
const env = { DATABASE_URL: 'new.sqlite3', DATABASE_NAME: 'lab' }
const template = join(base, 'template')

/** A database, and four proved backups of it; the policy keeps the newest two, and its laws the oldest. */
async function makeTemplate(): Promise<readonly string[]> {
  mkdirSync(template)
  makeWeek(join(template, 'new.sqlite3'), 'new', 'delete')
  writeFileSync(join(template, 'octavo.config.json'), '{ "retention": { "last": 2 } }')
  const expected = await octavo(['export', '-o', 'expected.json'], { folder: template, env })
  if (expected.exit !== 0) throw new Error(expected.err)
  for (let made = 0; made < 4; made += 1) {
    const { exit, err } = await octavo(['backup', '--no-cleanup'], { folder: template, env })
    if (exit !== 0) throw new Error(err)
  }
  return (await listed(template)).map(({ id }) => id).toReversed()
}

async function listed(folder: string): Promise<readonly BackupRecord[]> {
  const catalog = await openCatalog(join(folder, 'backups/.octavo/catalog.sqlite3'))
  try {
    return await catalog.list()
  } finally {
    await catalog.close()
  }
}

const oldest = await makeTemplate()
const content = contentOfDocument(join(template, 'expected.json'))

/** What is wrong with what the list and the store say; `mayGo`: the ids that may be gone. */
async function faultsOf(folder: string, mayGo: readonly string[]): Promise<string[]> {
  const faults: string[] = []
  const store = join(folder, 'backups')
  const names = new Set(readdirSync(store))
  const whole = new Set<string>()
  for (const name of [...names].filter((one) => one.endsWith('.manifest.json'))) {
    const { id, archive } = readBackupManifest(readFileSync(join(store, name), 'utf8'), name)
    const bytes = readFileSync(join(store, archive.name))
    const digest = createHash('sha256').update(bytes).digest('hex')
    const plain = join(folder, 'unpacked.json')
    writeFileSync(plain, gunzipSync(bytes))
    const isWhole = digest === archive.sha256 && contentOfDocument(plain) === content
    if (isWhole) whole.add(id)
    else faults.push(`${name} is of an archive that does not hold the database`)
    rmSync(plain)
  }
  const records = await listed(folder)
  for (const { id, copies, status } of records)
    if (copies.length > 0 && !whole.has(id))
      faults.push(`${id} (${status}) is in the list, and not in the store`)
  for (const id of oldest)
    if (!whole.has(id) && !mayGo.includes(id)) faults.push(`${id} is gone, and had to stay`)
  const proved = records.filter(({ copies }) => copies.some(({ verification }) => verification))
  if (proved.length < 2) faults.push(`only ${proved.length} proved backups are in the list`)
  return faults
}

/** The next backup works, prunes, and clears up after the one that broke off. */
async function faultsOfNextRun(folder: string): Promise<string[]> {
  const settings = { folder, env: { ...env, TMPDIR: scratchOf(folder) } }
  const { exit, err } = await octavo(['backup'], settings)
  if (exit !== 0) return [`the next run ended with ${exit}: ${err}`]
  const records = await listed(folder)
  const kept = records.filter(({ copies }) => copies.length > 0)
  const manifests = kept.flatMap(({ copies }) => copies.map(({ manifestName }) => manifestName))
  const bases = manifests.map((name) => name.replace(/\.manifest\.json$/, ''))
  const stray = readdirSync(join(folder, 'backups')).filter(
    (name) => name !== '.octavo' && !bases.some((one) => name.startsWith(`${one}.`)),
  )
  return [
    ...(await faultsOf(folder, oldest.slice(1))),
    ...stray.map((name) => `${name} is left of a backup that is none`),
    ...records
      .filter(({ status }) => status === 'in-progress')
      .map(({ id }) => `${id} is in progress for ever`),
  ]
}

interface Scenario {
  readonly words: readonly string[]
  /** By how many tries CI holds it. */
  readonly tries: number
  readonly mayGo: readonly string[]
}

const scenarios: readonly Scenario[] = [
  { words: ['backup'], tries: 4, mayGo: oldest.slice(1, 3) },
  { words: ['verify', oldest[1] ?? ''], tries: 2, mayGo: [] },
  { words: ['prune'], tries: 3, mayGo: oldest.slice(1, 2) },
]

/** OCTAVO_FAULTS: `all` file calls with every action, or a part of them, spread evenly. */
const wanted = process.env['OCTAVO_FAULTS']
const actions: readonly FaultAction[] = ['kill', 'EIO', 'ENOSPC']

function chosenFaults(calls: number, tries: number): Fault[] {
  const all = Array.from({ length: calls }, (_, index) => index + 1)
  if (wanted === 'all') return all.flatMap((at) => actions.map((action) => ({ at, action })))
  const few = Math.min(wanted === undefined ? tries : Number(wanted), calls)
  return Array.from({ length: few }, (_, index) => ({
    at: 1 + Math.floor((index * (calls - 1)) / (few - 1)),
    action: actions[index % 3] ?? 'kill',
  }))
}

let copies = 0
function freshFolder(): string {
  const folder = join(base, `run${(copies += 1)}`)
  cpSync(template, folder, { recursive: true })
  return folder
}

const compiled = compileFaults(base)
const library = 'library' in compiled ? compiled.library : ''
for (const { words, tries, mayGo } of scenarios)
  t.test(
    `octavo ${words[0]}, one file call going wrong: what is listed is whole, what had to stay is there`,
    { skip: 'why' in compiled && compiled.why },
    async (t) => {
      const clean = freshFolder()
      const whole = { library, env, removals: true }
      const first = await runWithFault(words, { ...whole, folder: clean, at: 0, action: 'EIO' })
      t.equal(first.exit, 0, `without a fault it succeeds ${first.err}`)
      t.same(await faultsOf(clean, mayGo), [])
      for (const { at, action } of chosenFaults(first.calls, tries)) {
        const folder = freshFolder()
        const { exit, err } = await runWithFault(words, { ...whole, folder, at, action })
        const struck = /^\[.*\]$/m.exec(err)?.[0] ?? 'no call was struck'
        const faults = await faultsOf(folder, mayGo)
        if (/fault in Octavo/.test(err)) faults.push(`it has no name for the fault: ${err}`)
        if (at % 3 === 0) faults.push(...(await faultsOfNextRun(folder)))
        t.same(
          faults,
          [],
          `${action} at file call ${at} of ${first.calls}: exit ${exit}, ${struck}`,
        )
        rmSync(folder, { recursive: true, force: true })
      }
    },
  )

t.test(
  'ten processes at once: one makes the backup that is due, and no two prune against each other',
  async (t) => {
    const folder = freshFolder()
    const due = ['run-schedule', '--due', '2026-11-22T00:00:00Z']
    const all = [due, ['prune'], due, ['prune'], due, ['prune'], due, ['prune'], due, ['prune']]
    const ran = await Promise.all(all.map((words) => octavo(words, { folder, env })))
    t.strictSame(
      new Set(ran.map(({ exit }) => exit)),
      new Set([0]),
      ran.map(({ err }) => err).join(),
    )
    t.equal(ran.filter(({ out }) => out.startsWith('backed up')).length, 1)
    t.strictSame(await faultsOf(folder, oldest.slice(1, 3)), [])
    const kept = (await listed(folder)).filter(({ copies }) => copies.length > 0)
    t.equal(kept.length, 3, 'the new one, the one before, and the oldest')
  },
)

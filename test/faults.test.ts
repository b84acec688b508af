import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t from 'tap'
import { cliPath, compileOctavo, octavo } from './cli/octavo.js'
import { makeFaultLab, makeWeek } from './support/faults/fault-lab.js'
import { faultScenarios, type Scenario } from './support/faults/fault-scenarios.js'
import {
  compileFaults,
  runWithFault,
  scratchOf,
  type Fault,
  type FaultAction,
} from './support/faults/faulty-run.js'
import { contentOfDocument } from './support/faults/whole-document.js'

t.setTimeout(1_800_000)
compileOctavo()
const binding = import.meta.resolve('better-sqlite3')
const base = mkdtempSync(join(tmpdir(), 'octavo-faults-'))
const disk = smallDisk()
t.teardown(() => {
  if (disk !== null) spawnSync('umount', [disk])
  rmSync(base, { recursive: true, force: true })
})
const lab = await makeFaultLab(base)
const scenarios = faultScenarios(lab)

/** A file system of four megabytes; null where this user may not make one. */
function smallDisk(): string | null {
  const folder = join(base, 'small')
  mkdirSync(folder)
  if (process.platform !== 'linux') return null
  const words = ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]
  return spawnSync('mount', words).status === 0 ? folder : null
}

function freshFolder(scenario: Scenario): string {
  const folder = lab.freshFolder()
  scenario.prepare(folder)
  return folder
}

/** The same command again, with nothing in its way: it succeeds and clears up after the dead one. */
async function faultsOfNextRun(scenario: Scenario, folder: string): Promise<string[]> {
  const env = { TMPDIR: scratchOf(folder) }
  const { exit, err } = await octavo(scenario.words, { folder, env })
  if (exit !== 0) return [`the next run ended with ${exit}: ${err}`]
  // One whose owner was killed before it could write its name is empty, and goes after an hour.
  const left = readdirSync(folder).filter(
    (name) => name.startsWith('.octavo-work-') && readdirSync(join(folder, name)).length > 1,
  )
  return [...scenario.faults(folder, true), ...left.map((name) => `${name} was left for ever`)]
}

/** OCTAVO_FAULTS: `all` calls with every action, or how many of them, spread evenly. */
const wanted = process.env['OCTAVO_FAULTS'] ?? '5'
const actions: readonly FaultAction[] = ['kill', 'EIO', 'ENOSPC']

function chosenFaults(calls: number): Fault[] {
  const all = Array.from({ length: calls }, (_, index) => index + 1)
  const few = Math.min(Number(wanted), calls)
  if (wanted === 'all') return all.flatMap((at) => actions.map((action) => ({ at, action })))
  return Array.from({ length: few }, (_, index) => ({
    at: 1 + Math.floor((index * (calls - 1)) / (few - 1)),
    action: actions[index % 3] ?? 'kill',
  }))
}

/** What is wrong after one run with one fault, and which call it struck. */
async function tryFault(
  scenario: Scenario,
  { at, action, library }: Fault & { library: string },
): Promise<{ faults: string[]; told: string }> {
  const folder = freshFolder(scenario)
  const { exit, err } = await runWithFault(scenario.words, { folder, library, at, action })
  const struck = /^\[.*\]$/m.exec(err)?.[0] ?? 'no call was struck'
  const faults = [...scenario.faults(folder, exit === 0), ...lab.commonFaults(folder)]
  if (exit === 0 && !scenario.mayHide.test(struck)) faults.push('it took the fault for a success')
  if (/fault in Octavo/.test(err)) faults.push(`it has no name for the fault: ${err}`)
  if (at % 3 === 0) faults.push(...(await faultsOfNextRun(scenario, folder)))
  rmSync(folder, { recursive: true, force: true })
  return { faults, told: `exit ${exit}, ${struck}` }
}

const compiled = compileFaults(base)
const library = 'library' in compiled ? compiled.library : ''
for (const scenario of scenarios) {
  t.test(
    `${scenario.title}, one file call going wrong: all is whole, old or new`,
    { skip: 'why' in compiled && compiled.why },
    async (t) => {
      const folder = freshFolder(scenario)
      const clean = { folder, library, at: 0, action: 'EIO' } as const
      const { exit, calls } = await runWithFault(scenario.words, clean)
      t.equal(exit, 0, 'without a fault it succeeds')
      t.same([...scenario.faults(folder, true), ...lab.commonFaults(folder)], [])
      for (const fault of chosenFaults(calls)) {
        const { faults, told } = await tryFault(scenario, { ...fault, library })
        t.same(faults, [], `${fault.action} at file call ${fault.at} of ${calls}: ${told}`)
      }
    },
  )
}

t.test(
  'killed at any moment, export and restore leave all whole, and the next run works',
  async (t) => {
    for (const [index, scenario] of scenarios.entries())
      for (const ms of [150, 330].map((moment) => moment + index * 37)) {
        const folder = freshFolder(scenario)
        const child = spawn(process.execPath, [cliPath, ...scenario.words], {
          cwd: folder,
          detached: true,
          stdio: 'ignore',
          env: { PATH: process.env['PATH'], TMPDIR: scratchOf(folder) },
        })
        const ended = once(child, 'exit') as Promise<[number | null]> // the exit code comes first
        await Promise.race([sleep(ms), ended])
        if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL')
        const [exit] = await ended
        const faults = [...scenario.faults(folder, exit === 0), ...lab.commonFaults(folder)]
        faults.push(...(await faultsOfNextRun(scenario, folder)))
        t.same(faults, [], `${scenario.title}, killed after ${ms} ms (exit ${exit})`)
      }
  },
)

t.test(
  'on a disk that fills up, export and restore stop with its name and leave no half',
  { skip: disk === null && 'mounting a small disk takes rights that this user lacks' },
  async (t) => {
    const folder = disk ?? base
    const env = { TMPDIR: scratchOf(folder) }
    const growing = new Database(join(folder, 'growing.sqlite3'))
    // Each of these characters takes six bytes in a document: more than any estimate.
    growing.exec(
      "CREATE TABLE t (v); INSERT INTO t SELECT replace(hex(zeroblob(300000)), '0', char(1))",
    )
    growing.close()
    const exported = await octavo(['export', 'growing.sqlite3', '-o', 'backup.json'], {
      folder,
      env,
    })
    t.match(exported, { exit: 5, err: /disk is full|free/ }, 'the export')
    t.same(readdirSync(folder), ['growing.sqlite3'])

    const wide = join(base, 'wide.sqlite3')
    const tables = Array.from({ length: 70 }, (_, index) => `CREATE TABLE t${index} (v);`)
    const empty = new Database(wide)
    // A page of 64 kB for each empty table: a small document of a large database.
    empty.exec(`PRAGMA page_size = 65536; ${tables.join('')}`)
    empty.close()
    t.match(
      await octavo(['export', wide, '--allow-empty', '-o', join(base, 'wide.json')], {
        folder: base,
      }),
      {
        exit: 0,
      },
    )
    const before = readFileSync(join(folder, 'growing.sqlite3'))
    const words = ['restore', join(base, 'wide.json'), '--into', 'growing.sqlite3', '--yes']
    t.match(await octavo(words, { folder, env }), { exit: 5, err: /full|free/ }, 'the restore')
    t.ok(before.equals(readFileSync(join(folder, 'growing.sqlite3'))), 'the target is as it was')
    t.same(readdirSync(folder), ['growing.sqlite3'])
  },
)

t.test('where an app was killed in a transaction, the export holds the last commit', async (t) => {
  for (const journal of ['delete', 'wal']) {
    const folder = join(base, `killed-${journal}`)
    mkdirSync(folder)
    makeWeek(join(folder, 'app.sqlite3'), 'new', journal)
    const app = `
      import Database from 'better-sqlite3'
      const database = new Database('app.sqlite3')
      database.pragma('cache_size = 1')
      database.exec("BEGIN; UPDATE entry SET note = 'half', picture = zeroblob(900)")
      process.kill(process.pid, 'SIGKILL')`
    const words = ['--input-type=module', '-e', app.replace("'better-sqlite3'", `'${binding}'`)]
    spawnSync(process.execPath, words, { cwd: folder })
    const left = existsSync(join(folder, `app.sqlite3-${journal === 'wal' ? 'wal' : 'journal'}`))
    t.ok(left, `the killed app left its ${journal}`)
    const ran = await octavo(['export', 'app.sqlite3', '-o', 'app.json'], { folder })
    t.match(ran, { exit: 0 })
    t.equal(
      contentOfDocument(join(folder, 'app.json')),
      contentOfDocument(join(lab.template, 'new.json')),
    )
  }
})

import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { runTimed, type Probed, type TimedRun } from './run-timed.js'

export const cli = new URL('../../dist/main/cli.js', import.meta.url).pathname
const jsonAll = new URL('./json-all.mjs', import.meta.url).pathname

/** Above this, the naive export needs more memory than a machine should be asked for. */
const naiveLimitBytes = 150e6

export interface Contestant {
  readonly name: string
  readonly seconds: number[]
  probed: Probed | null
}

export interface FileFigures {
  readonly databaseBytes: number
  readonly documentBytes: number
  readonly contestants: readonly Contestant[]
}

/** Export and restore by files against their rivals, one run of each in turn, `rounds` times. */
export async function measureFiles(
  database: string,
  folder: string,
  rounds: number,
): Promise<FileFigures> {
  mkdirSync(join(folder, 'probes'), { recursive: true })
  const runs = contestants(database, folder)
  const found = runs.map(({ name }): Contestant => ({ name, seconds: [], probed: null }))
  for (let round = 0; round < rounds; round += 1)
    for (const [index, run] of runs.entries()) {
      for (const file of run.writes) rmSync(file, { force: true })
      const { seconds, probed } = await runTimed(run)
      const contestant = found[index]
      contestant?.seconds.push(seconds)
      if (contestant && probed) contestant.probed = larger(contestant.probed, probed)
    }
  const documentBytes = statSync(join(folder, 'document.json')).size
  for (const run of runs) for (const file of run.writes) rmSync(file, { force: true })
  return { databaseBytes: statSync(database).size, documentBytes, contestants: found }
}

function contestants(
  database: string,
  folder: string,
): (TimedRun & { name: string; writes: string[] })[] {
  const [document, dump, naive, copy, restored, loaded, probe] = [
    'document.json', 'dump.sql', 'naive.json', 'copy.db', 'restored.db', 'loaded.db', 'probes',
  ].map((name) => join(folder, name)) as [string, string, string, string, string, string, string] // prettier-ignore
  const octavo = ['--require', new URL('./probe.cjs', import.meta.url).pathname, cli]
  const node = process.execPath
  const runs = [
    { name: 'octavo --version', command: node, args: [cli, '--version'], writes: [] },
    {
      name: 'octavo export',
      command: node,
      args: [...octavo, 'export', database, '-o', document],
      probe,
      writes: [document],
    },
    {
      name: 'sqlite3 .dump',
      command: 'sqlite3',
      args: [database, '.dump'],
      stdout: dump,
      writes: [dump],
    },
    {
      name: 'JSON.stringify(all())',
      command: node,
      args: [jsonAll, database, naive],
      writes: [naive],
    },
    { name: 'file copy', command: 'cp', args: [database, copy], writes: [copy] },
    {
      name: 'octavo restore',
      command: node,
      args: [...octavo, 'restore', document, '--into', restored, '--yes'],
      probe,
      writes: [restored],
    },
    {
      name: 'sqlite3 < dump.sql',
      command: 'sqlite3',
      args: [loaded],
      stdin: dump,
      writes: [loaded],
    },
  ]
  const isLarge = statSync(database).size > naiveLimitBytes
  return runs.filter(({ name }) => !isLarge || name !== 'JSON.stringify(all())')
}

function larger(a: Probed | null, b: Probed): Probed {
  return a && a.peakBytes > b.peakBytes ? a : b
}

import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { runTimed, type Probed } from './run-timed.js'
import { startService } from './start-service.js'
import { startWriter } from './start-writer.js'
import { quantile } from './statistics.js'

export interface ServiceFigures {
  readonly exportSeconds: readonly number[]
  readonly dumpSeconds: readonly number[]
  readonly probed: Probed | null
}

/** Exports over HTTP against `.dump > /dev/null`, in turns, with the service watched. */
export async function measureService(
  database: string,
  folder: string,
  rounds: number,
): Promise<ServiceFigures> {
  const service = await startService(database, folder)
  const exportSeconds: number[] = []
  const dumpSeconds: number[] = []
  service.watchLoop()
  let probed: Probed | null = null
  try {
    for (let round = 0; round < rounds; round += 1) {
      exportSeconds.push(await service.fetchExport())
      dumpSeconds.push((await runTimed({ command: 'sqlite3', args: [database, '.dump'] })).seconds)
    }
  } finally {
    probed = await service.stop()
  }
  return { exportSeconds, dumpSeconds, probed }
}

export interface WriterFigures {
  readonly journal: 'wal' | 'delete'
  readonly writes: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** How long a small write waits while an export over HTTP runs beside it. */
export async function measureWriter(
  database: string,
  folder: string,
  journal: WriterFigures['journal'],
): Promise<WriterFigures> {
  const copy = join(folder, `written-${journal}.db`)
  copyFileSync(database, copy)
  const connection = new Database(copy)
  connection.pragma(`journal_mode = ${journal}`)
  connection.close()
  const service = await startService(copy, folder)
  const writer = await startWriter(copy)
  try {
    await service.fetchExport()
  } finally {
    await service.stop()
  }
  const waits = await writer.stop()
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${copy}${suffix}`, { force: true })
  return { journal, writes: waits.length, p99Ms: quantile(waits, 0.99), maxMs: Math.max(...waits) }
}

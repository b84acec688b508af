import { once } from 'node:events'
import Database from 'better-sqlite3'
import { migrate } from '../../src/catalog/migrate.js'
import { migrations } from '../../src/catalog/migrations.js'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import { idOf, runOf } from './run-of.js'

/** A process of its own that uses a catalog. It says that it is ready, and begins when it is told. */
// On a machine that is busy a process may wait for long, and must not give up.
const waitMs = 250_000
const [, , job = '', file = '', number = ''] = process.argv
process.send?.('ready')
await once(process, 'message')
const jobs: Readonly<Record<string, () => Promise<void>>> = { add, change, open, migrate: halfWay }
await jobs[job]?.()
process.disconnect()

/** Begins a run where it is the first, then adds runs, and tells each one that is durable. */
async function add(): Promise<void> {
  const catalog = await openCatalog(file, { waitMs })
  if (number !== 'ffffff') {
    const run = runOf(30, { id: idOf(30, number.padStart(6, '0')), status: 'in-progress' })
    const running = await catalog.begin({ ...run, database: 'contested' }, [])
    process.send?.(running === null ? 'begun' : `not begun: ${running}`)
  }
  for (let second = 0; ; second += 1) {
    const id = idOf(second, number.padStart(6, '0'))
    await catalog.add(runOf(second, { id, warnings: ['x'.repeat(10_000)] }))
    process.send?.(id)
    if (number !== 'ffffff' && second === 19) break
  }
  await catalog.close()
}

/** Changes one member of the same run many times; every process another one. */
async function change(): Promise<void> {
  const catalog = await openCatalog(file, { waitMs })
  const members = ['label', 'startedBy', 'process', 'database'] as const
  const member = members[Number(number)] ?? 'label'
  for (let time = 1; time <= 20; time += 1) {
    const changed: Partial<BackupRecord> = { [member]: `${member} ${time}` }
    await catalog.update(idOf(0), changed)
    await catalog.update(idOf(0), (now) => ({ warnings: [...now.warnings, `${number} ${time}`] }))
  }
  await catalog.close()
}

/** Opens the catalog, adds a run and tells the warnings. */
async function open(): Promise<void> {
  const catalog = await openCatalog(file, { waitMs, warn: ({ kind }) => process.send?.(kind) })
  await catalog.add(runOf(Number(number)))
  await catalog.close()
}

/** Is killed behind the first step of a migration, and before the second one. */
async function halfWay(): Promise<void> {
  const connection = new Database(file)
  connection.function('end_here', () => process.kill(process.pid, 'SIGKILL'))
  const step = 'ALTER TABLE runs ADD COLUMN extra TEXT; UPDATE runs SET extra = 1;'
  migrate(connection, file, [...migrations, step, 'SELECT end_here()'])
}

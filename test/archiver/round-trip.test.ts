import { mkdir, readFile } from 'node:fs/promises'
import { createServer, request as connectTo } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { fetchBackup } from '../../src/archiver/fetch-backup.js'
import { jobSummary } from '../../src/archiver/job-summary.js'
import { buildApp } from '../../src/http/build-app.js'
import { exportDatabase } from '../../src/jobs/export/export-database.js'
import type { ExportInput } from '../../src/jobs/job-types.js'
import { prepareDatabase } from '../../src/jobs/prepare/prepare-database.js'
import type { RunJob } from '../../src/jobs/wall/run-job.js'
import { sampleModelNames } from '../../src/sample/sample-model-names.js'
import { writeSample } from '../../src/sample/write-sample.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { untilStored } from '../support/archive/stored-download.js'
import { compareExactly } from '../support/compare/compare-exactly.js'

const context = { signal: new AbortController().signal, onProgress: () => undefined }

/** The export as it runs behind the wall, in this thread: the wall is tested elsewhere. */
const runExport = (async (_name: string, input: ExportInput) =>
  exportDatabase(input, context)) as unknown as RunJob // the service runs no other job

interface Lab {
  readonly rig: ArchiveRig
  readonly database: string
}

/** The lab's database, the real service before it, and a host of git. */
async function startLab(t: Test, { keepExportsMs = 0 } = {}): Promise<Lab> {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  const database = join(rig.folder, 'db.sqlite3')
  await writeSample(database)
  const address = { engine: 'sqlite', path: database, shown: database } as const
  const modelNames = [...sampleModelNames]
  const app = await buildApp({
    databases: [{ name: 'queue', label: 'prod', address, modelNames, excludeRows: [] }],
    keys: [rig.service.key],
    spoolFolder: join(rig.folder, 'spool'),
    keepExportsMs,
    version: '0.1.0',
    log: { level: 'silent' },
    runJob: runExport,
    clock: {
      now: () => new Date(),
      // What is kept is kept for as long as the test takes.
      sleep: (ms, signal) =>
        keepExportsMs > 0 ? new Promise(() => undefined) : rig.clock.sleep(ms, signal),
    },
  })
  t.teardown(() => app.close())
  rig.service.url = await app.listen({ host: '127.0.0.1', port: 0 })
  rig.clock.set(new Date().toISOString())
  return { rig, database }
}

async function restored(rig: ArchiveRig, file: string): Promise<string> {
  const workFolder = join(rig.folder, `restore-${Math.random()}`)
  await mkdir(workFolder)
  const path = join(workFolder, 'new.sqlite3')
  const modelNames = new Map(sampleModelNames)
  await prepareDatabase({ file, path, workFolder, context, modelNames, keepWal: true })
  return path
}

t.test('what was archived is cloned or fetched, restored, and equal to the database', async (t) => {
  const { rig, database } = await startLab(t)
  const result = await rig.archive()
  t.match(result.manifest, { verified: 'snapshot', database: { name: 'queue', label: 'prod' } })
  t.ok(result.manifest.models.some(({ model }) => model === 'calendarEditor.QueueEntry'))
  const clone = await rig.clone()
  const cloned = join(clone, 'backups/database_backup_latest.json')
  t.strictSame(compareExactly(database, await restored(rig, cloned)), [])
  const out = t.testdir()
  const { file } = await fetchBackup({ which: 'latest', out, github: rig.place() })
  t.strictSame(compareExactly(database, await restored(rig, file)), [])
  t.ok((await readFile(file)).equals(await readFile(cloned)))
  await rig.fsck()
})

t.test('the week after, only what changed is counted', async (t) => {
  const { rig, database } = await startLab(t)
  await rig.archive()
  const live = new Database(database)
  const table = '"calendarEditor_notification"'
  live.exec(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} LIMIT 3)`)
  live.close()
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)))
  const changed = await rig.archive()
  t.equal(changed.unchanged, false)
  t.match(jobSummary(changed), /\| calendarEditor\.Notification \| [\d,]+ \| −3 \|/)
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)))
  t.equal((await rig.archive()).unchanged, true)
  t.strictSame(
    compareExactly(
      database,
      await restored(rig, join(await rig.clone(), 'backups/database_backup_latest.json')),
    ),
    [],
  )
})

t.test(
  'a download that is cut on its way from the real service goes on from its spool',
  async (t) => {
    const { rig, database } = await startLab(t, { keepExportsMs: 60_000 })
    const { port, hostname } = new URL(rig.service.url)
    const ranges: (string | undefined)[] = []
    let cuts = 2
    const relay = createServer((request, response) => {
      ranges.push(request.headers.range)
      const { url, method, headers } = request
      const onward = connectTo({ host: hostname, port, path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        if (cuts === 0) return void answer.pipe(response)
        cuts -= 1
        answer.once('data', (piece: Buffer) => {
          response.write(piece.subarray(0, 1000))
          const stored = Number(/\d+/.exec(headers.range ?? '0')?.[0]) + 1000
          void untilStored(rig.folder, stored).then(() => request.socket.destroy())
        })
      })
      request.pipe(onward)
    })
    await new Promise<void>((done) => relay.listen(0, '127.0.0.1', done))
    t.teardown(() => relay.close())
    const address = relay.address()
    const relayed = typeof address === 'object' && address ? address.port : 0
    const { name } = await rig.archive({ backupUrl: `http://127.0.0.1:${relayed}` })
    t.strictSame(ranges, [undefined, 'bytes=1000-', 'bytes=2000-'])
    const cloned = join(await rig.clone(), `backups/${name}.json`)
    t.strictSame(compareExactly(database, await restored(rig, cloned)), [])
  },
)

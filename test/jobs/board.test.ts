import t from 'tap'
import { OctavoError } from '../../src/core/errors.js'
import type { BoardEvent, BoardListeners, JobMeta } from '../../src/jobs/board/board-types.js'
import { JobBoard } from '../../src/jobs/board/job-board.js'

const now = new Date('2026-11-22T12:00:00.000Z')
const newBoard = (): JobBoard => new JobBoard({ clock: { now: () => now } })

const backup: JobMeta = { kind: 'backup', database: 'lab', backup: null, startedBy: 'key deploy' }

/** A run that does what the test tells it, and nothing else. */
function fakeRun() {
  let end: (result: unknown) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  let given: BoardListeners | undefined
  const over = new Promise<unknown>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  return {
    run: (listeners: BoardListeners) => {
      given = listeners
      listeners.signal.addEventListener('abort', () =>
        fail(new OctavoError('aborted', 'stopped in the middle')),
      )
      return over
    },
    listeners: () => given as BoardListeners, // the board has called it
    end: (result: unknown) => end(result),
    fail: (error: unknown) => fail(error),
  }
}

t.test('a job is shown from its start to its end', async (t) => {
  const board = newBoard()
  const fake = fakeRun()
  const { job, ended } = board.start(backup, fake.run)
  t.match(job, { ...backup, status: 'running', startedAt: now.toISOString(), endedAt: null })
  fake.listeners().onLog('one')
  fake.listeners().onProgress({ phase: 'exporting', records: 3 })
  t.match(board.get(job.id), { log: ['one'], progress: { phase: 'exporting', records: 3 } })
  fake.end({ made: 1 })
  t.match(await ended, { status: 'done', result: { made: 1 }, error: null, progress: null })
  t.match(board.list(), [{ id: job.id, status: 'done', endedAt: now.toISOString() }])
  fake.listeners().onLog('too late')
  t.strictSame(board.get(job.id)?.log, ['one'])
  t.equal(board.get('another'), null)
})

t.test('a job that fails has the error as a record', async (t) => {
  const board = newBoard()
  const fake = fakeRun()
  const { ended } = board.start(backup, fake.run)
  fake.fail(new OctavoError('space-short', 'the disk is full'))
  t.match(await ended, { status: 'failed', error: { code: 'space-short' }, result: null })
})

t.test('one that is stopped says by whom', async (t) => {
  const board = newBoard()
  const fake = fakeRun()
  const { job, ended } = board.start(backup, fake.run)
  board.stop(job.id, 'the job was stopped by key deploy')
  const { error } = await ended
  t.match(error, { code: 'aborted', message: 'the job was stopped by key deploy' })
})

t.test('listeners get all lines and the newest progress, from where they were', async (t) => {
  const board = newBoard()
  const fake = fakeRun()
  const { job, ended } = board.start(backup, fake.run)
  let woken = 0
  const [first, second] = [0, 0].map((after) => board.subscribe(job.id, after, () => (woken += 1)))
  const { onLog, onProgress } = fake.listeners()
  onLog('one')
  for (const records of [1, 2, 3]) onProgress({ phase: 'exporting', records })
  t.equal(woken, 8, 'each of two is told of each')
  t.match(first?.take(), [
    { id: 1, kind: 'log', line: 'one' },
    { id: 4, kind: 'progress', progress: { records: 3 } },
  ])
  t.strictSame(first?.take(), [])
  onLog('two')
  first?.end()
  fake.end(null)
  await ended
  const kinds = (events: readonly BoardEvent[] = []) => events.map(({ id, kind }) => [id, kind])
  t.strictSame(kinds(second?.take()), [
    [1, 'log'],
    [5, 'log'],
    [6, 'end'],
  ])
  const later = board.subscribe(job.id, 5, () => undefined)
  t.strictSame(kinds(later?.take()), [[6, 'end']])
  t.equal(
    board.subscribe('another', 0, () => undefined),
    null,
  )
})

t.test('what is kept of a job that tells without end is bounded', async (t) => {
  const board = newBoard()
  const fake = fakeRun()
  const { job } = board.start(backup, fake.run)
  for (let line = 1; line <= 1500; line += 1) fake.listeners().onLog(`${line} ${'x'.repeat(3000)}`)
  const { log = [] } = board.get(job.id) ?? {}
  t.equal(log.length, 500)
  t.match(log[0], /^1001 x/)
  t.equal(log[0]?.length, 1000)
  fake.end(null)
})

t.test('the newest 200 that ended are remembered, and all that run', async (t) => {
  const board = newBoard()
  const running = board.start({ ...backup, database: 'other' }, fakeRun().run)
  for (let count = 0; count < 205; count += 1) await board.start(backup, async () => count).ended
  const jobs = board.list()
  t.equal(jobs.length, 201)
  t.equal(jobs[0]?.result, 204, 'the newest first')
  t.equal(jobs.at(-1)?.id, running.job.id)
})

const clashes: readonly [string, JobMeta, JobMeta, string | null][] = [
  ['two backups of one database', backup, backup, 'backup-running'],
  ['a restore while a backup runs', backup, { ...backup, kind: 'restore' }, 'backup-running'],
  ['a backup while a restore runs', { ...backup, kind: 'restore' }, backup, 'job-running'],
  [
    'two restores',
    { ...backup, kind: 'restore' },
    { ...backup, kind: 'restore', backup: 'b' },
    'job-running',
  ],
  [
    'an undo while a restore runs',
    { ...backup, kind: 'restore' },
    { ...backup, kind: 'undo' },
    'job-running',
  ],
  ['backups of two databases', backup, { ...backup, database: 'other' }, null],
  ['a verify while a backup runs', backup, { ...backup, kind: 'verify', backup: 'b' }, null],
  [
    'a remove of what is being restored',
    { ...backup, kind: 'restore', database: 'other', backup: 'b' },
    { ...backup, kind: 'remove', backup: 'b' },
    'job-running',
  ],
  [
    'a restore of what is being verified',
    { ...backup, kind: 'verify', backup: 'b' },
    { ...backup, kind: 'restore', backup: 'b' },
    null,
  ],
]

for (const [title, first, second, code] of clashes)
  t.test(`${title}: ${code ?? 'both run'}`, async (t) => {
    const board = newBoard()
    const { job } = board.start(first, fakeRun().run)
    const start = () => board.start(second, fakeRun().run)
    if (code === null) t.doesNotThrow(start)
    else t.throws(start, { code, details: { job: job.id } })
    board.stop(job.id, 'the test ends it')
  })

t.test('a fifth job at once is refused', async (t) => {
  const board = newBoard()
  for (const database of 'abcd') board.start({ ...backup, database }, fakeRun().run)
  t.throws(() => board.start(backup, fakeRun().run), { code: 'job-running' })
})

t.test('closing stops what runs, waits for it, and starts nothing more', async (t) => {
  const board = newBoard()
  const { ended } = board.start(backup, fakeRun().run)
  await board.close()
  t.match(await ended, { status: 'failed', error: { code: 'aborted', message: /shut down/ } })
  t.throws(() => board.start(backup, fakeRun().run), { code: 'shutting-down' })
})

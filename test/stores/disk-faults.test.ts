import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { diskStore } from '../../src/stores/disk-store.js'
import { compileOctavo } from '../cli/octavo.js'
import { compileFaults, runWithFault, type FaultAction } from '../support/faults/faulty-run.js'
import { runRecorded } from '../support/faults/recorded-run.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { listed, read } from './store-contract.js'

compileOctavo()
const base = mkdtempSync(join(tmpdir(), 'octavo-store-faults-'))
t.teardown(() => rmSync(base, { recursive: true, force: true }))
const stored = someBytes(70_000)
const module = fileURLToPath(new URL('../../dist/stores/disk-store.js', import.meta.url))

/** Puts an object, and ends with 0 where that was said to have worked, else with 3. */
const program = '--input-type=module'
const putting = `
  import { createHash } from 'node:crypto'
  import { diskStore } from ${JSON.stringify(module)}
  const bytes = Buffer.from(process.argv[1], 'base64')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const read = async function* () {
    yield bytes.subarray(0, 50_000)
    yield bytes.subarray(50_000)
  }
  const store = diskStore({ name: 'disk', folder: process.cwd() })
  await store.put('a/b', { size: bytes.length, sha256, read }).catch(() => process.exit(3))`
const words = ['-e', putting, stored.toString('base64')]

function freshFolder(): string {
  return mkdtempSync(join(base, 'store-'))
}

function libraryOf(name: 'file-faults' | 'file-record') {
  const compiled = compileFaults(base, name)
  return 'library' in compiled
    ? { library: compiled.library, skip: false as const }
    : { library: '', skip: compiled.why }
}

const faults = libraryOf('file-faults')
for (const action of ['EIO', 'kill'] satisfies FaultAction[])
  t.test(
    `whichever file call of a put goes wrong (${action})`,
    { skip: faults.skip },
    async (t) => {
      const { library } = faults
      const clean = { folder: freshFolder(), library, at: 0, action, program }
      const { exit, calls } = await runWithFault(words, clean)
      t.equal(exit, 0)
      t.ok(calls > 6, `${calls} calls were counted`)
      for (let at = 1; at <= calls; at += 1) {
        const folder = freshFolder()
        const { exit, err } = await runWithFault(words, { ...clean, folder, at })
        const store = diskStore({ name: 'disk', folder })
        const found = await listed(store)
        if (exit === 3) t.strictSame(found, [], `call ${at}: it failed, and left nothing ${err}`)
        else if (exit === 0)
          t.strictSame(found, [['a/b', stored.length]], `call ${at}: it is there`)
        else t.equal(action, 'kill', `call ${at} ended with ${exit}: ${err}`)
        if (found.length > 0) t.ok((await read(store, 'a/b')).equals(stored), 'whole')
        await store.put('next', sourceOf(stored))
        t.strictSame(leftFor(folder), [], `call ${at}: the next one cleared up`)
      }
    },
  )

/** One whose owner was killed before it could write its name is empty, and goes after an hour. */
function leftFor(folder: string): string[] {
  return readdirSync(folder).filter(
    (name) => name.startsWith('.octavo-work-') && readdirSync(join(folder, name)).length > 1,
  )
}

const record = libraryOf('file-record')
t.test('bytes are durable before the name, and the name before it is said', record, async (t) => {
  const folder = freshFolder()
  mkdirSync(join(folder, 'a'))
  const calls = runRecorded([program, ...words], { folder, library: record.library })
  const named = calls.findIndex(({ to }) => to === 'a/b')
  const beside = calls[named]?.path ?? ''
  t.match(beside, /^\.octavo-work-[0-9a-f]{16}\/object$/)
  const before = calls.slice(0, named).filter(({ path }) => path === beside)
  t.ok(before.some(({ call }) => call === 'write'))
  t.equal(before.at(-1)?.call, 'sync', 'nothing is written after the sync')
  t.match(calls[named + 1], { call: 'sync', path: dirname('a/b') })
})

t.test('a folder that is made for an object is durable before it', record, async (t) => {
  const folder = freshFolder()
  const calls = runRecorded([program, ...words], { folder, library: record.library })
  const named = calls.findIndex(({ to }) => to === 'a/b')
  t.ok(calls.slice(0, named).some(({ call, path }) => call === 'sync' && path === ''))
})

import Database from 'better-sqlite3'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { ageCodec, newIdentity } from '../../src/codecs/age.js'
import { readConfig } from '../../src/config/read-config.js'
import { asOctavoError } from '../../src/core/errors.js'
import { runHere } from '../../src/jobs/jobs.js'
import type { ModelDiff } from '../../src/jobs/job-types.js'
import { processContext } from '../../src/main/process-context.js'
import { withinBounds } from '../../src/main/service-jobs/compare.js'
import type { StartJob } from '../../src/main/service-jobs/messages.js'
import { runVerb } from '../../src/main/service-jobs/run-verb.js'
import { labFolder, rows } from '../cli/lab-folder.js'

const listeners = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  tell: () => undefined,
}

/** What a job of the service does in its process, here. */
function serviceLab(t: Test, more: Record<string, string> = {}) {
  const folder = labFolder(t)
  const environment = { DATABASE_URL: 'lab.sqlite3', SPOOL_DIR: 'spool', ...more }
  const config = () => readConfig(environment, folder)
  const context = { ...processContext({}), environment, folder, config }
  const run = async (start: StartJob) => runVerb(context, start, listeners)
  const upload = (content: Buffer, name = 'mine.bak') => {
    writeFileSync(join(folder, 'sent-1f0c3a52'), content)
    return { upload: join(folder, 'sent-1f0c3a52'), name }
  }
  return { folder, run, upload, left: () => readdirSync(join(folder, 'spool')) }
}

async function documentOf(folder: string): Promise<Buffer> {
  const path = join(folder, 'lab.sqlite3')
  const address = { engine: 'sqlite', path, shown: path } as const
  const database = { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
  const file = join(folder, 'made.json')
  const wish = { format: 'json', verify: false, sample: false, busyTimeoutMs: 1000 } as const
  const at = '2026-11-22T00:00:00.000Z'
  await runHere('export', { ...wish, database, at, file }, listeners)
  return readFileSync(file)
}

async function sealed(content: Buffer, recipient: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  const source = async function* (): AsyncGenerator<Buffer> {
    yield content
  }
  for await (const piece of ageCodec({ recipients: [recipient] }).encode(source()))
    pieces.push(piece)
  return Buffer.concat(pieces)
}

t.test('a store is tried out, and one that fails says with what', async (t) => {
  const { folder, run } = serviceLab(t, { BACKUP_DIR: 'kept' })
  const wish = { verb: 'checkStore', request: { name: 'disk' } } as const
  t.match(await run(wish), { store: 'disk', steps: [{ ok: true, reason: null }] })
  t.strictSame(readdirSync(join(folder, 'kept')), [], 'nothing is left of it')
  rmSync(join(folder, 'kept'), { recursive: true })
  writeFileSync(join(folder, 'kept'), 'a file where the folder was')
  const error = asOctavoError(await run(wish).catch((thrown: unknown) => thrown))
  t.equal(error.code, 'store-failed')
  t.match(error.message, "can't be relied on: stores an object and gives it back")
  t.match(error.hint, 'is not a folder')
  const unknown = run({ ...wish, request: { name: 'moon' } })
  t.match(await unknown.catch((thrown: unknown) => thrown), { code: 'not-found' })
})

t.test('a file that was sent is looked at and restored, encrypted or not', async (t) => {
  const { identity, recipient } = await newIdentity()
  const { folder, run, upload, left } = serviceLab(t, { AGE_IDENTITY_FILE: 'key.txt' })
  writeFileSync(join(folder, 'key.txt'), `${identity}\n`)
  const target = join(folder, 'lab.sqlite3')
  const everything = 'SELECT * FROM machine JOIN entry ON entry.machine = machine.id ORDER BY 1, 4'
  const before = rows(target, everything)
  const document = await sealed(gzipSync(await documentOf(folder)), recipient)
  const found = await run({ verb: 'inspect', request: { source: upload(document) } })
  t.match(found, {
    format: 'json',
    compressed: true,
    encrypted: true,
    bytes: document.length,
    models: [{ model: 'empty', records: 0 }, { model: 'machine', records: 2 }, {}],
  })
  const source = upload(readFileSync(target))
  new Database(target).exec('DELETE FROM entry WHERE id = 3').close()
  const dry = { into: 'database', mode: null, only: [], dryRun: true, confirmed: null }
  const machine = { model: 'machine', added: 0, changed: 0, removed: 0, records: 2 }
  t.match(await run({ verb: 'restore', request: { source, ...dry } }), {
    mode: 'replace',
    changes: [machine, { model: 'entry', added: 1, changed: 0, removed: 0, records: 3 }, {}],
  })
  const records = [{ model: 'entry', key: '3' }]
  t.match(await run({ verb: 'restore', request: { source, ...dry, dryRun: false, records } }), {
    mode: 'merge',
    changes: [{ model: 'entry', added: 1 }],
    parents: [],
  })
  t.strictSame(rows(target, everything), before)
  writeFileSync(target, '')
  const wish = { into: 'database', mode: null, only: [], dryRun: false, confirmed: null }
  t.match(await run({ verb: 'restore', request: { source, ...wish } }), { mode: 'replace' })
  t.strictSame(rows(target, everything), before)
  t.strictSame(left(), [], 'what was decrypted is gone')
})

t.test('a file that can not be used is called as its sender calls it', async (t) => {
  const { recipient } = await newIdentity()
  const { run, upload } = serviceLab(t)
  for (const [content, code] of [
    [Buffer.from('no backup'), 'format-unknown'],
    [await sealed(Buffer.from('{}'), recipient), 'decrypt-failed'],
  ] as const) {
    const source = upload(content, '$& of mine')
    const ran = run({ verb: 'inspect', request: { source } })
    const error = await ran.then(() => null, asOctavoError)
    t.match(error, { code, message: /\$& of mine/ })
    t.notMatch(`${error?.message} ${error?.hint}`, source.upload)
  }
})

t.test('what a comparison shows is bounded, and each model has its share', async (t) => {
  const shown = (length: number) => ({ key: '1', a: 'a'.repeat(length), b: null })
  const model = (name: string, lengths: number[]): ModelDiff => {
    const removed = lengths.length
    return { model: name, added: 0, changed: 0, removed, shown: lengths.map(shown) }
  }
  const models = [model('large', [900, 10, 10]), model('small', [40, 40]), model('same', [])]
  const bounded = withinBounds({ equal: false, schemaChanged: [], models }, 200)
  t.strictSame(
    bounded.models.map(({ shown: left, removed }) => [removed, left.length]),
    [
      [3, 2],
      [2, 2],
      [0, 0],
    ],
  )
})

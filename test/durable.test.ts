import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import t from 'tap'
import { cliPath, compileOctavo, octavo } from './cli/octavo.js'
import { makeWeek } from './support/faults/fault-lab.js'
import { compileFaults } from './support/faults/faulty-run.js'
import { runRecorded, type FileCall } from './support/faults/recorded-run.js'

compileOctavo()
const base = mkdtempSync(join(tmpdir(), 'octavo-durable-'))
t.teardown(() => rmSync(base, { recursive: true, force: true }))
const compiled = compileFaults(base, 'file-record')
const library = 'library' in compiled ? compiled.library : ''
const skip = 'why' in compiled && compiled.why

/** What code that has all of durable-file.js does to the files of an empty folder. */
function callsOf(code: string): string[] {
  const folder = mkdtempSync(join(base, 'code-'))
  const module = fileURLToPath(new URL('../dist/core/files/durable-file.js', import.meta.url))
  const script = `
    import { writeFileSync } from 'node:fs'
    import * as durable from ${JSON.stringify(module)}
    ${code}`
  const words = ['--input-type=module', '-e', script]
  return runRecorded(words, { folder, library }).map(shown)
}

const shown = ({ call, path, to }: FileCall): string =>
  // The names of files beside another are made by chance.
  `${call} ${path || '.'}${to === null ? '' : ` as ${to}`}`.replace(/\.state\.[0-9a-f]+/, '.state')

function runOctavo(folder: string, ...words: string[]): FileCall[] {
  return runRecorded([cliPath, ...words], { folder, library })
}

/** A folder with a backup of the new week and a database of the old one. */
async function makeFolder(journal: string): Promise<string> {
  const folder = mkdtempSync(join(base, 'week-'))
  makeWeek(join(folder, 'new.sqlite3'), 'new', 'delete')
  makeWeek(join(folder, 'target.sqlite3'), 'old', journal)
  await octavo(['export', 'new.sqlite3', '-o', 'new.json'], { folder })
  return folder
}

/** Where `path` got its name, and whether its bytes were durable before and its name after. */
function naming(calls: readonly FileCall[], path: RegExp) {
  const at = calls.findIndex(({ to }) => to !== null && path.test(to))
  const { path: from = '', to } = calls[at] ?? {}
  const last = (call: string) =>
    calls.slice(0, at).findLastIndex((one) => one.call === call && one.path === from)
  const rest = calls.slice(at + 1)
  const folder = dirname(to ?? '') === '.' ? '' : dirname(to ?? '')
  const folderSync = rest.findIndex((one) => one.call === 'sync' && one.path === folder)
  return {
    isNamed: at >= 0 && last('write') >= 0,
    fileIsSyncedBefore: last('sync') > last('write'),
    folderIsSyncedNext: folderSync === 0,
    /** Of the calls, where the name is durable. */
    durableAt: folderSync < 0 ? Infinity : at + 1 + folderSync,
  }
}

const durable = { isNamed: true, fileIsSyncedBefore: true, folderIsSyncedNext: true }

t.test('a rename is durable: the file is synced before and the folder after', { skip }, (t) => {
  t.strictSame(
    callsOf(`writeFileSync('finished', 'new')
      await durable.moveIntoPlace('finished', 'target')`),
    ['write finished', 'sync finished', 'rename finished as target', 'sync .'],
  )
  t.strictSame(callsOf(`await durable.writeDurably('state', 'new')`), [
    'write .state.part',
    'sync .state.part',
    'rename .state.part as state',
    'sync .',
  ])
  t.end()
})

t.test('a link into an empty place is durable before the old name goes', { skip }, (t) => {
  t.strictSame(
    callsOf(`writeFileSync('finished', 'new')
      await durable.moveIntoEmptyPlace('finished', 'target')`),
    [
      'write finished',
      'sync finished',
      'link finished as target',
      'sync .',
      'unlink finished',
      'sync .',
    ],
  )
  t.end()
})

t.test('an export is durable, new or in the place of an older one', { skip }, async (t) => {
  const folder = await makeFolder('delete')
  const words = ['export', 'new.sqlite3', '-o', 'backup.json']
  t.match(naming(runOctavo(folder, ...words), /^backup\.json$/), durable)
  t.match(naming(runOctavo(folder, ...words, '--force'), /^backup\.json$/), durable, '--force')
})

t.test('a database restored where none was is durable', { skip }, async (t) => {
  const folder = await makeFolder('delete')
  const calls = runOctavo(folder, 'restore', 'new.json', '--into', 'fresh.sqlite3', '--yes')
  t.match(naming(calls, /^fresh\.sqlite3$/), durable)
})

t.test('a safety copy is durable before the target is written', { skip }, async (t) => {
  for (const journal of ['delete', 'wal'])
    for (const mode of ['replace', 'data-only']) {
      const folder = await makeFolder(journal)
      const words = ['restore', 'new.json', '--into', 'target.sqlite3', '--mode', mode, '--yes']
      const calls = runOctavo(folder, ...words)
      const copy = naming(calls, /^target\.sqlite3\.before-restore-/)
      t.match(copy, durable, `${mode}, ${journal}`)
      const changes = (one: FileCall) =>
        one.call === 'write' && /^target\.sqlite3(-wal)?$/.test(one.path)
      const changedAt = calls.findIndex(changes)
      t.ok(changedAt > copy.durableAt, `${changedAt}: the first change of the target`)
    }
})

t.test('in WAL mode what was restored is in a -wal that is synced', { skip }, async (t) => {
  for (const mode of ['replace', 'data-only', 'merge']) {
    const folder = await makeFolder('wal')
    // A reader of the old state: no checkpoint can do the work of the sync.
    const reader = new Database(join(folder, 'target.sqlite3'))
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM entry').get()
    const words = ['restore', 'new.json', '--into', 'target.sqlite3', '--mode', mode, '--yes']
    const calls = runOctavo(folder, ...words)
    reader.close()
    const ofWal = calls.filter(({ path }) => path === 'target.sqlite3-wal').map(({ call }) => call)
    t.ok(ofWal.filter((call) => call === 'write').length > 10, `${mode}: the rows are written`)
    t.equal(ofWal.at(-1), 'sync', `${mode}: and synced after the last of them`)
  }
})

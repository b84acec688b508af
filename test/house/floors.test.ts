import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { brokenFloors, floors } from './floors.js'
import { projectRoot, sourceFiles } from './source-files.js'

/** A small sound house; each test plants one bad file into it. */
const sound: [string, string][] = [
  ['core/errors.ts', `export const a = 1`],
  ['documents/read.ts', `import { a } from '../core/errors.js'\nexport const b = a`],
  ['engines/sqlite/open.ts', `import Database from 'better-sqlite3'\nexport const open = Database`],
  ['jobs/run.ts', `import { open } from '../engines/sqlite/open.js'\nexport const run = open`],
  ['jobs/types.ts', `export type Job = string`],
  ['archiver/archive.ts', `import type { Job } from '../jobs/types.js'\nexport type J = Job`],
  ['config/read.ts', `export const port = process.env['PORT']`],
  [
    'main/cli.ts',
    `const run = () => import('../jobs/run.js')\nprocess.exit(process.env.X ? 1 : 0)`,
  ],
]

function planted(path: string, text: string): string[] {
  return brokenFloors(new Map([...sound, [path, text]]))
}

t.test('the sources of this project keep to their floors', (t) => {
  const files = sourceFiles('src')
  t.ok(files.has('core/errors.ts'), 'the sources were read')
  t.strictSame(brokenFloors(files), [])
  t.end()
})

t.test('a sound house breaks nothing', (t) => {
  t.strictSame(brokenFloors(new Map(sound)), [])
  t.end()
})

t.test('an import from a higher floor is found, in every spelling', (t) => {
  const spellings = [
    `import { run } from '../jobs/run.js'`,
    `import type { Job } from '../jobs/run.js'`,
    `import '../jobs/run.js'`,
    `export * from '../jobs/run.js'`,
    `export type { Job } from '../jobs/run.js'`,
    `export type Job = import('../jobs/run.js').Job`,
    `export const run = () => import('../jobs/run.js')`,
    `export const run = () => require('../jobs/run.js')`,
    `export const entry = new URL('../jobs/run.js', import.meta.url)`,
    'export const entry = new URL(`../jobs/run${extension}`, import.meta.url)',
  ]
  for (const text of spellings)
    t.strictSame(
      planted('config/bad.ts', text),
      ['config/bad.ts imports jobs/run.ts from a higher floor'],
      text,
    )
  t.end()
})

t.test('an import between two rooms of one floor is found, on every floor', (t) => {
  for (const [room = '', other = ''] of floors.filter((rooms) => rooms.length > 1))
    t.strictSame(planted(`${room}/bad.ts`, `export * from '../${other}/thing.js'`), [
      `${room}/bad.ts imports ${other}/thing.ts from another room of its floor`,
    ])
  t.end()
})

t.test('a computed import, and one from outside of src, are found', (t) => {
  t.strictSame(planted('main/bad.ts', 'await import(name)'), [
    'main/bad.ts imports a name that is computed',
  ])
  t.strictSame(planted('main/bad.ts', `import '../../scripts/start.mjs'`), [
    'main/bad.ts imports ../../scripts/start.mjs from outside of src',
  ])
  t.end()
})

t.test('a file in no known room is found', (t) => {
  t.strictSame(planted('helpers/bad.ts', ''), ['helpers/bad.ts stands in no known room'])
  t.strictSame(planted('bad.ts', ''), ['bad.ts stands in no known room'])
  t.end()
})

t.test('reading the environment outside of config and main is found, in every spelling', (t) => {
  const spellings = [
    `export const port = process.env.PORT`,
    `export const port = process['env'].PORT`,
    `export const port = globalThis.process.env.PORT`,
    `const { env } = process`,
    `const { env: settings } = process`,
    `const all = process`,
    `import { env } from 'node:process'`,
    `import { env as settings } from 'process'`,
    `process.loadEnvFile()`,
  ]
  for (const text of spellings)
    t.strictSame(planted('jobs/bad.ts', text), ['jobs/bad.ts reads process.env'], text)
  t.strictSame(planted('config/good.ts', `process.loadEnvFile()`), [])
  t.end()
})

t.test('ending the process outside of main is found, in every spelling', (t) => {
  const spellings = [
    `process.exit(1)`,
    `process['exit'](1)`,
    `const { exit } = process`,
    `import { exit } from 'node:process'`,
    `process.abort()`,
  ]
  for (const text of spellings)
    t.strictSame(planted('config/bad.ts', text), ['config/bad.ts ends the process'], text)
  t.strictSame(planted('jobs/good.ts', `export const main = process.pid`), [])
  t.end()
})

t.test('compiled code within reach of the archiver or the documents is found', (t) => {
  t.strictSame(planted('documents/bad.ts', `import Database from 'better-sqlite3'`), [
    'documents/bad.ts reaches compiled code: documents/bad.ts → better-sqlite3',
  ])
  t.strictSame(planted('archiver/bad.ts', `export const run = () => import('../jobs/run.js')`), [
    'archiver/bad.ts reaches compiled code: ' +
      'archiver/bad.ts → jobs/run.ts → engines/sqlite/open.ts → better-sqlite3',
  ])
  t.end()
})

t.test('compiled code that is loaded with the archive command is found', (t) => {
  const files = (text: string): Map<string, string> =>
    new Map([...sound, ['main/cli.ts', text], ['main/serve.ts', `import '../jobs/run.js'`]])
  t.strictSame(brokenFloors(files(`import './serve.js'`)), [
    'main/cli.ts loads compiled code: ' +
      'main/cli.ts → main/serve.ts → jobs/run.ts → engines/sqlite/open.ts → better-sqlite3',
  ])
  t.strictSame(brokenFloors(files(`import type { Serve } from './serve.js'`)), [])
  t.strictSame(brokenFloors(files(`export const serve = () => import('./serve.js')`)), [])
  t.end()
})

t.test('the architecture page shows the rooms that there are, each on its floor', (t) => {
  const page = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8')
  const rooms = new Set([...sourceFiles('src').keys()].map((path) => path.replace(/\/.*/, '')))
  const [roomTable = ''] = /^\| Room \|.*?\n\n/ms.exec(page) ?? []
  const table = [...roomTable.matchAll(/^\| `([a-z]+)(?:\/[a-z]+)?` \|/gm)].map(
    ([, room = '']) => room,
  )
  t.strictSame(table.toSorted(), [...rooms].toSorted())
  for (const [floor, all] of floors.entries()) {
    const line = new RegExp(`^${floor}  (\\S.*)$`, 'm').exec(page)?.[1] ?? ''
    const shown = line.split(/ {4,}/)[0]?.trim().split(/ +/) ?? []
    t.strictSame(
      shown.toSorted(),
      all.filter((room) => rooms.has(room)).toSorted(),
      `floor ${floor}`,
    )
  }
  t.end()
})

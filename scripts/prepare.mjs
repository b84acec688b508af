// What a fresh clone needs before anything else can run. Plain JavaScript without dependencies:
// when this runs, nothing may be installed yet.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const browserFiles = 'src/http/admin/browser'
const stamp = join(root, 'dist', '.built')
const lock = join(root, 'dist', '.building')
const oldestNode = [20, 19]
const abandonedAfterMs = 180_000

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  fail(`octavo needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}`)
}

/** Installs where node_modules isn't what the lock file says, or was built for another Node. */
export function ensureInstalled() {
  if (isInstalled() && bindingLoads()) return
  tell('installing the packages; the first time takes a minute or two')
  const npm = process.env.npm_execpath
  const words = ['ci', '--include=dev', '--no-audit', '--no-fund']
  // npm's own output goes to the error output: the standard output belongs to the command.
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const done = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...words], options)
    : spawnSync('npm', words, options)
  if (done.status !== 0) fail('the packages could not be installed; the lines above say why')
  if (!bindingLoads()) fail('the SQLite binding does not load after the installation')
}

/** Compiles where dist is missing or older than its sources. Several may ask at once. */
export function ensureBuilt() {
  while (!isBuilt()) {
    if (takeLock()) {
      try {
        if (!isBuilt()) build()
      } finally {
        rmSync(lock, { recursive: true, force: true })
      }
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
}

function isInstalled() {
  const installed = packagesIn('node_modules/.package-lock.json')
  if (!installed) return false
  return Object.entries(packagesIn('package-lock.json') ?? {}).every(
    ([path, { version, optional }]) =>
      path === '' || (optional && !installed[path]) || installed[path]?.version === version,
  )
}

function packagesIn(file) {
  const path = join(root, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}

function bindingLoads() {
  const code = 'new (require("better-sqlite3"))(":memory:").close()'
  const options = { cwd: root, stdio: 'ignore' }
  return spawnSync(process.execPath, ['--input-type=commonjs', '-e', code], options).status === 0
}

function isBuilt() {
  if (!existsSync(stamp)) return false
  const builtAt = statSync(stamp).mtimeMs
  const sources = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'src']
  return sources.every((name) => newest(join(root, name)) <= builtAt)
}

/** Folders count too: they tell of files that were removed. */
function newest(path) {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

function build() {
  tell('compiling')
  // What changes during the build is newer than this, and is compiled the next time.
  const startedAt = new Date()
  const words = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']
  const done = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) {
    rmSync(lock, { recursive: true, force: true })
    fail('the sources could not be compiled; the lines above say why')
  }
  // What browsers get is sent as it is written.
  const written = join(root, browserFiles)
  if (existsSync(written))
    cpSync(written, join(root, browserFiles.replace('src', 'dist')), {
      recursive: true,
      filter: (path) => !/\.tsx?$/.test(path),
    })
  writeFileSync(stamp, '')
  utimesSync(stamp, startedAt, startedAt)
}

function takeLock() {
  mkdirSync(join(root, 'dist'), { recursive: true })
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > abandonedAfterMs) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

function tell(text) {
  process.stderr.write(`octavo: ${text}\n`)
}

function fail(text) {
  process.stderr.write(`error: ${text}\n`)
  process.exit(1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // --install and --build do only that: a build must not compile a binding that nobody needs.
  requireNode()
  if (!process.argv.includes('--build')) ensureInstalled()
  if (!process.argv.includes('--install')) ensureBuilt()
}

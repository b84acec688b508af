// npm test: installs what is missing, then runs the tests named behind --, or all.
import { join } from 'node:path'
import { ensureInstalled, requireNode, root } from './prepare.mjs'
import { runChild } from './run-child.mjs'

requireNode()
ensureInstalled()
runChild([join(root, 'node_modules/tap/dist/esm/run.mjs'), ...process.argv.slice(2)], { cwd: root })

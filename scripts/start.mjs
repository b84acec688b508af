// npm start: installs and compiles what is missing, then runs the main job once and serves.
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs'
import { runChild } from './run-child.mjs'

requireNode()
ensureInstalled()
ensureBuilt()
runChild([join(root, 'dist/main/start.js'), ...process.argv.slice(2)])

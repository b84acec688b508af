#!/usr/bin/env node
import { isTooOld, oldestNode } from '../core/oldest-node.js'

if (isTooOld(process.version)) {
  // Nothing else is loaded: what an older Node makes of it helps nobody.
  process.stderr.write(
    `error: octavo needs Node ${oldestNode} or newer; this is ${process.version}\n`,
  )
  process.exitCode = 2
} else {
  // An app that we start gets the environment that we got.
  const given = { ...process.env }
  // glibc reads it when a program starts, so it is for the processes that jobs get: without it the pages
  // of freed buffers stay with them, a tenth of what they take.
  process.env['MALLOC_TRIM_THRESHOLD_'] ??= '131072'
  const { runCli } = await import('./run-cli.js')
  process.exitCode = await runCli(process.argv.slice(2), given)
}

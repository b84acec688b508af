// Loaded into a measured process with --require, and by that into its children: each writes its peak
// memory and event-loop delays into the folder named in BENCH_PROBE when it ends. SIGUSR2 starts the
// watch of the loop afresh.
const { writeFileSync } = require('node:fs')
const path = require('node:path')
const { monitorEventLoopDelay } = require('node:perf_hooks')
const { isMainThread } = require('node:worker_threads')

const folder = process.env.BENCH_PROBE
if (folder && isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  process.on('SIGUSR2', () => delays.reset())
  process.on('exit', () => {
    const milliseconds = (nanoseconds) => nanoseconds / 1e6 - 1
    writeFileSync(
      path.join(folder, `${process.pid}.json`),
      JSON.stringify({
        peakBytes: process.resourceUsage().maxRSS * 1024,
        delayP99Ms: milliseconds(delays.percentile(99)),
        delayMaxMs: milliseconds(delays.max),
      }),
    )
  })
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { doctor } from '../../src/jobs/doctor.js'
import { nodeFault } from '../../src/main/node-fault.js'
import { compileOctavo, octavo } from '../cli/octavo.js'

t.test('a binding that Node 24 would abort with is told before it is loaded', async (t) => {
  const folder = t.testdir()
  const good = join(folder, 'good.node')
  const bad = join(folder, 'bad.node')
  writeFileSync(good, 'AddEnvironmentCleanupHook')
  writeFileSync(bad, '_ZN4node28RemoveEnvironmentCleanupHookEPN2v87IsolateEPFvPvES3_')
  for (const version of ['v24.19.0', 'v24.3.0'])
    t.match(await nodeFault(version, bad), {
      code: 'node-unsupported',
      message: RegExp(`Node ${version} would abort`),
      hint: /Node 22, 20 .* 24 \(up to 24\.18\)/,
    })
  for (const version of ['v20.19.0', 'v22.20.0', 'v26.1.0'])
    t.equal(await nodeFault(version, bad), null, version)
  t.equal(await nodeFault('v24.21.0', good), null)
  t.equal(await nodeFault('v24.21.0', join(folder, 'none.node')), null)
  t.equal(await nodeFault(), null, 'the binding that the tests run with')
})

t.test('doctor says so, and opens nothing', async (t) => {
  const folder = t.testdir()
  const bad = join(folder, 'bad.node')
  writeFileSync(bad, 'RemoveEnvironmentCleanupHook')
  const findings = await doctor({
    database: null,
    spoolFolder: join(folder, 'spool'),
    keyLengths: [],
    node: { version: 'v24.20.0', fault: await nodeFault('v24.20.0', bad) },
    describe: () => Promise.reject(new Error('a database was opened')),
  })
  t.match(findings[0], { check: 'Node', verdict: 'failed', message: /abort/, hint: /Node 22/ })
  t.same(
    findings.map(({ check }) => check),
    ['Node', 'spool folder', 'BACKUP_API_KEY'],
  )
})

t.test('a Node that is too old, or would abort, is refused in words', async (t) => {
  compileOctavo()
  const folder = t.testdir()
  /** Octavo under a Node that says it is another one, with a binding as it would be compiled there. */
  const pretend = async (version: string, ...words: string[]) => {
    const code = `
      Object.defineProperty(process, 'version', { value: '${version}' })
      import fs from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      const { readFile } = fs.promises
      fs.promises.readFile = async (path, ...more) =>
        String(path).endsWith('.node')
          ? Buffer.from('RemoveEnvironmentCleanupHook')
          : readFile(path, ...more)
      syncBuiltinESMExports()`
    const preload = join(folder, 'preload.mjs')
    writeFileSync(preload, code)
    return await octavo(words, { folder, env: { NODE_OPTIONS: `--import=${preload}` } })
  }
  t.match(await pretend('v18.20.0', 'verify', 'x.json'), {
    exit: 2,
    out: '',
    err: /^error: octavo needs Node 20\.19\.0 or newer; this is v18\.20\.0$/m,
  })
  t.match(await pretend('v24.20.0', 'verify', 'x.json'), {
    exit: 2,
    err: /^error: SQLite's binding .* Node v24\.20\.0 .*\nhint: Take Node 22/,
  })
  t.match(await pretend('v24.20.0', 'fetch'), { exit: 2, err: /GITHUB_TOKEN is missing/ })
})

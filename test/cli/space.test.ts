import { PassThrough } from 'node:stream'
import t from 'tap'
import { Output, type OutputOptions } from '../../src/cli/output.js'

const space = { folder: '/srv/lab', neededBytes: 210e6, freeBytes: 4.2e9 }

/** What a job that tells its space leaves on the two outputs. */
async function run({ tty, ...options }: OutputOptions & { readonly tty: boolean }) {
  const out = new PassThrough({ encoding: 'utf8' })
  const err = new PassThrough({ encoding: 'utf8' })
  const terminal = { in: new PassThrough(), out, err, colour: false }
  const output = new Output({ ...terminal, tty: { in: tty, out: tty, err: tty } }, options)
  await output.during(new AbortController().signal, async ({ onProgress }) => {
    onProgress({ phase: 'starting', space })
    onProgress({ phase: 'exporting', records: 1 })
  })
  output.result('done', { records: 1 })
  return { out: String(out.read() ?? ''), err: String(err.read() ?? '') }
}

t.test('a job says on a terminal, or when asked, what it needs and what is free', async (t) => {
  const told = { out: 'done\n', err: 'needs 210.0 MB, 4.2 GB free in /srv/lab\n' }
  t.same(await run({ tty: true }), told)
  t.same(await run({ tty: false, verbose: true }), told)
  t.same(await run({ tty: false }), { out: 'done\n', err: '' })
  t.same(await run({ tty: true, quiet: true }), { out: '', err: '' })
})

t.test('the space stands in the result for machines', async (t) => {
  const { out, err } = await run({ tty: true, json: true })
  t.same(JSON.parse(out), { records: 1, space })
  t.equal(err, '')
})

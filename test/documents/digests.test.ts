import { createHash, randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { DigestThread } from '../../src/documents/digests/digest-thread.js'
import { type Digests, digestsHere } from '../../src/documents/digests/digests.js'

const sizes = [0, 1, 100, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 5_000_000]

async function agrees(t: Test, digests: Digests): Promise<void> {
  const [left, right] = [digests.begin(), digests.begin()]
  const [one, two] = [createHash('sha256'), createHash('sha256')]
  for (const size of sizes) {
    const bytes = randomBytes(size)
    await left.update(bytes)
    one.update(bytes)
    await right.update(bytes.subarray(size / 3))
    two.update(bytes.subarray(size / 3))
    t.equal(await left.digest(), one.copy().digest('hex'), `${size} bytes`)
    bytes.fill(0)
  }
  t.equal(await right.digest(), two.digest('hex'))
  t.equal(await digests.begin().digest(), createHash('sha256').digest('hex'), 'of nothing')
}

t.test('digests made here are those of sha256', async (t) => await agrees(t, digestsHere))

t.test('digests made in a thread are the same, whatever crosses in between', async (t) => {
  const thread = new DigestThread()
  t.teardown(() => thread.close())
  await agrees(t, thread)
})

t.test('bytes may be reused as soon as they are handed over', async (t) => {
  const thread = new DigestThread()
  t.teardown(() => thread.close())
  const bytes = Buffer.alloc(700_000)
  const hash = createHash('sha256')
  const running = thread.begin()
  for (let round = 0; round < 50; round += 1) {
    bytes.fill(round)
    hash.update(bytes)
    await running.update(bytes)
  }
  t.equal(await running.digest(), hash.digest('hex'))
})

t.test('whoever waits for a thread that has ended gets an error', async (t) => {
  const thread = new DigestThread()
  const running = thread.begin()
  await running.update(Buffer.alloc(100))
  await running.digest()
  const waiting = running.digest()
  void thread.close()
  await t.rejects(waiting, { message: /digests has ended/ })
  await t.rejects(running.update(Buffer.alloc(1)), { message: /digests has ended/ })
  await t.rejects(running.digest(), { message: /digests has ended/ })
})

import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { gzipCodec } from '../../src/codecs/gzip.js'

const { encode, decode, suffix } = gzipCodec()

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

t.test('decoding inverts encoding, in any pieces', async (t) => {
  t.equal(suffix, '.gz')
  const property = fc.asyncProperty(
    fc.uint8Array({ maxLength: 5_000 }),
    fc.integer({ min: 1, max: 600 }),
    async (bytes, size) => {
      const packed = await collect(encode(inPieces(bytes, size)))
      t.ok(gunzipSync(packed).equals(bytes))
      t.ok((await collect(decode(inPieces(packed, size)))).equals(bytes))
    },
  )
  await fc.assert(property, { numRuns: 30 })
})

t.test('members behind each other are one stream', async (t) => {
  const packed = Buffer.concat([gzipSync('one '), gzipSync('two')])
  t.equal((await collect(decode(inPieces(packed, 7)))).toString(), 'one two')
})

t.test('gzip that is cut short, altered or followed by something is refused', async (t) => {
  const packed = gzipSync(Buffer.from('some bytes that are packed '.repeat(100)))
  const decoded = (bytes: Buffer): Promise<Buffer> => collect(decode(inPieces(bytes, 16)))
  for (const length of [0, 1, 9, 20, packed.length - 1])
    if (length > 0)
      await t.rejects(decoded(packed.subarray(0, length)), { code: 'document-truncated' })
  const changed = Buffer.from(packed)
  changed[packed.length - 6] = (changed[packed.length - 6] ?? 0) ^ 1
  await t.rejects(decoded(changed), { code: 'document-altered' })
  await t.rejects(decoded(Buffer.concat([packed, Buffer.from('more')])), {
    code: 'document-altered',
  })
  await t.rejects(decoded(Buffer.from('no gzip at all')), { code: 'document-altered' })
})

t.test('gzip that grows beyond all reason is refused', async (t) => {
  const packed = gzipSync(Buffer.alloc(300_000_000), { level: 9 })
  let bytes = 0
  const decodeAll = async (): Promise<void> => {
    for await (const piece of decode(inPieces(packed, 65_536))) bytes += piece.length
  }
  await t.rejects(decodeAll(), { code: 'document-invalid', message: /200 times/ })
  t.ok(bytes < 260_000_000)
})

t.test(
  'an error of the source reaches the consumer, and a consumer that stops ends it',
  async (t) => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('begin')
      throw new Error('the disk is gone')
    }
    await t.rejects(collect(encode(failing())), { message: 'the disk is gone' })
    let released = false
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(String(Math.random()).repeat(1_000))
      } finally {
        released = true
      }
    }
    for await (const piece of encode(endless())) {
      t.ok(piece.length > 0)
      break
    }
    t.equal(released, true)
  },
)

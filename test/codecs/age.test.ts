import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { ByteReader } from '../../src/codecs/age/byte-reader.js'
import { openPayload } from '../../src/codecs/age/payload.js'
import { ageCodec, newIdentity } from '../../src/codecs/age.js'
import type { AgeKeys } from '../../src/core/age-keys.js'
import { ageWithPassphrase, noAge, noAgeTerminal, runAge } from '../support/age/age-program.js'

const chunkBytes = 64 * 1024
const passphrase = 'correct horse battery staple'
const { identity, recipient } = await newIdentity()
const other = await newIdentity()
const sealing = { recipients: [recipient] }
const opening = { identities: [identity] }

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

async function* inPieces(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

const encoded = (bytes: Uint8Array, keys: AgeKeys = sealing): Promise<Buffer> =>
  collect(ageCodec(keys).encode(inPieces(bytes)))
const decoded = (bytes: Uint8Array, keys: AgeKeys = opening): Promise<Buffer> =>
  collect(ageCodec(keys).decode(inPieces(bytes)))

/** Nothing, a little, and what ends at or beside the end of a chunk. */
const sizes = [0, 1, 1000, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 200_000]

t.test('decoding inverts encoding, in any pieces', async (t) => {
  t.equal(ageCodec(sealing).suffix, '.age')
  const property = fc.asyncProperty(
    fc.uint8Array({ maxLength: 5_000 }),
    fc.integer({ min: 1, max: 600 }),
    async (bytes, size) => {
      const sealed = await collect(ageCodec(sealing).encode(inPieces(bytes, size)))
      const opened = await collect(ageCodec(opening).decode(inPieces(sealed, size)))
      t.ok(opened.equals(bytes))
    },
  )
  await fc.assert(property, { numRuns: 30 })
  for (const size of sizes) {
    const bytes = randomBytes(size)
    t.ok((await decoded(await encoded(bytes))).equals(bytes), `${size} bytes`)
  }
})

t.test('each of several recipients decrypts, and the same bytes never look the same', async (t) => {
  const bytes = Buffer.from('the same bytes')
  const sealed = await encoded(bytes, { recipients: [recipient, other.recipient] })
  t.ok((await decoded(sealed)).equals(bytes))
  t.ok((await decoded(sealed, { identities: [other.identity] })).equals(bytes))
  const identities = [(await newIdentity()).identity, identity]
  t.ok((await decoded(sealed, { identities })).equals(bytes), 'one of several identities')
  t.notOk((await encoded(bytes)).equals(await encoded(bytes)))
  t.notOk(sealed.includes('same bytes'))
})

t.test('a passphrase decrypts, and no other', async (t) => {
  const bytes = Buffer.from('some bytes')
  const sealed = await encoded(bytes, { passphrase })
  t.ok((await decoded(sealed, { identities: [identity], passphrase })).equals(bytes))
  await t.rejects(decoded(sealed, { passphrase: 'correct horse' }), {
    code: 'decrypt-failed',
    message: 'the passphrase does not decrypt the backup',
  })
  await t.rejects(decoded(sealed), { code: 'decrypt-failed', hint: /AGE_PASSPHRASE/ })
})

t.test('without what decrypts it is said what is needed', async (t) => {
  const sealed = await encoded(Buffer.from('some bytes'))
  for (const keys of [{}, sealing, { passphrase }, { identities: [] }])
    await t.rejects(decoded(sealed, keys), {
      code: 'decrypt-failed',
      message: 'the backup is encrypted, and no identity is given',
      hint: /AGE_IDENTITY_FILE/,
    })
  await t.rejects(decoded(sealed, { identities: [other.identity] }), {
    code: 'decrypt-failed',
    message: /none of the identities given/,
  })
  const secret = identity.replace(/.$/, (last) => (last === 'Q' ? 'P' : 'Q'))
  const failure = await decoded(sealed, { identities: [secret] }).catch((error: unknown) => error)
  t.match(failure, { code: 'decrypt-failed', message: /is none of age/ })
  t.notMatch(JSON.stringify([failure, String(failure)]), secret.slice(20))
})

t.test('nothing is encrypted for nobody, or for a recipient that is none', async (t) => {
  const bytes = Buffer.from('some bytes')
  const wrong = recipient.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'))
  for (const keys of [
    {},
    { recipients: [] },
    { recipients: [recipient, wrong] },
    { recipients: ['ssh-ed25519 AAAA'] },
    { recipients: [recipient], passphrase },
  ])
    await t.rejects(encoded(bytes, keys), { code: 'config-invalid', hint: /octavo keygen/ })
})

t.test('what was cut off is refused, wherever', async (t) => {
  const sealed = await encoded(randomBytes(2 * chunkBytes + 1000))
  const header = sealed.indexOf('\n', sealed.indexOf('\n---') + 1) + 1
  const chunk = chunkBytes + 16
  const chunksFrom = header + 16
  const lengths = [0, 1, 21, 22, 60, header - 1, header, header + 15, chunksFrom, chunksFrom + 1]
  for (let end = chunksFrom; end < sealed.length; end += chunk)
    lengths.push(end + 16, end + 17, end + 500)
  lengths.push(chunksFrom + chunk, chunksFrom + 2 * chunk, sealed.length - 1)
  for (const length of lengths)
    await t.rejects(
      decoded(sealed.subarray(0, length)),
      { code: 'document-truncated' },
      `${length} of ${sealed.length} bytes`,
    )
})

t.test('a flipped bit is found, wherever', async (t) => {
  const bytes = randomBytes(2 * chunkBytes + 1000)
  const sealed = await encoded(bytes)
  const header = sealed.indexOf('\n', sealed.indexOf('\n---') + 1) + 1
  const places = [...Array(header + 40).keys(), header + chunkBytes, header + chunkBytes + 30]
  places.push(header + 2 * chunkBytes, sealed.length - 800, sealed.length - 1)
  for (const place of places) {
    const changed = Buffer.from(sealed)
    changed[place] = (changed[place] ?? 0) ^ 1
    const failure: unknown = await decoded(changed).catch((error: unknown) => error)
    const code = /^(document-(altered|truncated)|decrypt-failed|format-unknown)$/
    t.match(failure, { name: 'OctavoError', code }, `byte ${place}`)
  }
  const changed = Buffer.from(sealed)
  changed[header + 40] = (changed[header + 40] ?? 0) ^ 1
  await t.rejects(decoded(changed), { code: 'document-altered' })
})

t.test('chunks that are moved, or have something behind them, are refused', async (t) => {
  const sealed = await encoded(randomBytes(3 * chunkBytes))
  const from = sealed.length - 3 * (chunkBytes + 16)
  const [first, second] = [0, 1].map((at) =>
    sealed.subarray(from + at * (chunkBytes + 16), from + (at + 1) * (chunkBytes + 16)),
  )
  const rest = sealed.subarray(from + 2 * (chunkBytes + 16))
  const moved = [sealed.subarray(0, from), second, first, rest].map((part) => part ?? Buffer.of())
  await t.rejects(decoded(Buffer.concat(moved)), { code: 'document-altered' })
  await t.rejects(decoded(Buffer.concat([sealed, sealed])), { code: 'document-altered' })
  const short = await encoded(Buffer.from('short'))
  const longer = Buffer.concat([short, Buffer.from('more')])
  await t.rejects(decoded(longer), { code: 'document-truncated', message: /part was changed/ })
})

t.test('an empty last chunk is refused where others stand before it', async (t) => {
  const [fileKey, salt] = [randomBytes(16), randomBytes(16)]
  const key = Buffer.from(hkdfSync('sha256', fileKey, salt, 'payload', 32))
  const chunk = (number: number, isLast: boolean, plain: Buffer): Buffer => {
    const nonce = Buffer.from([...Array<number>(10).fill(0), number, isLast ? 1 : 0])
    const sealing = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
    return Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()])
  }
  const first = chunk(0, false, Buffer.alloc(chunkBytes))
  const opened = (last: Buffer): Promise<Buffer> => {
    const sealed = new ByteReader(inPieces(Buffer.concat([salt, first, last])))
    return collect(openPayload(sealed, fileKey))
  }
  t.equal((await opened(chunk(1, true, Buffer.from('more')))).length, chunkBytes + 4)
  await t.rejects(opened(chunk(1, true, Buffer.of())), { code: 'document-altered' })
})

t.test('what is no age file is refused', async (t) => {
  const refused = (text: string) => decoded(Buffer.from(text))
  await t.rejects(refused('{"octavo":1}'), { code: 'format-unknown' })
  await t.rejects(refused('age-encryption.org/v2\n-> X'), { code: 'format-unknown' })
  await t.rejects(refused('age-encryption.org/v1\nno stanza\n--- abc\n'), {
    code: 'document-altered',
  })
  await t.rejects(refused(`age-encryption.org/v1\n${'-> x\n'.repeat(20_000)}`), {
    code: 'document-altered',
    message: /does not end/,
  })
})

t.test('a large stream is never read ahead of whoever consumes it', async (t) => {
  const piece = randomBytes(256 * 1024)
  const total = 50_000_000
  let given = 0
  const source = async function* (): AsyncGenerator<Uint8Array> {
    for (; given < total; given += piece.length) yield piece
  }
  let taken = 0
  let ahead = 0
  const sealed = ageCodec(sealing).encode(source())
  for await (const part of ageCodec(opening).decode(sealed)) {
    taken += part.length
    ahead = Math.max(ahead, given - taken)
  }
  t.equal(taken, given)
  t.ok(ahead <= 2 * piece.length, `${ahead} bytes ahead`)
})

t.test('an error of the source reaches the consumer, and whoever stops ends it', async (t) => {
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('begin')
    throw new Error('the disk is gone')
  }
  await t.rejects(collect(ageCodec(sealing).encode(failing())), { message: 'the disk is gone' })
  await t.rejects(collect(ageCodec(opening).decode(failing())), { message: 'the disk is gone' })
  const file = join(t.testdir(), 'file')
  writeFileSync(file, await encoded(randomBytes(1_000_000)))
  for (const [way, keys] of [
    ['encode', sealing],
    ['decode', opening],
  ] as const) {
    const source = createReadStream(file)
    for await (const part of ageCodec(keys)[way](source)) {
      t.ok(part.length > 0)
      break
    }
    t.ok(source.destroyed, `${way} that was stopped lets go of its file`)
  }
  for (const way of ['encode', 'decode'] as const) {
    const source = createReadStream(file)
    await t.rejects(collect(ageCodec({})[way](source)))
    t.ok(source.destroyed, `${way} that was refused lets go of its file`)
  }
})

t.test('age reads what Octavo writes', { skip: noAge }, async (t) => {
  const folder = t.testdir({ key: `# a comment\n${identity}\n`, other: other.identity })
  const file = join(folder, 'file.age')
  t.equal(String(runAge('age-keygen', '-y', join(folder, 'key'))).trim(), recipient)
  for (const size of sizes) {
    const bytes = randomBytes(size)
    writeFileSync(file, await encoded(bytes, { recipients: [recipient, other.recipient] }))
    for (const key of ['key', 'other']) {
      const opened = runAge('age', '--decrypt', '-i', join(folder, key), file)
      t.ok(opened.equals(bytes), `${size} bytes with ${key}`)
    }
  }
})

t.test('Octavo reads what age writes, armored too', { skip: noAge }, async (t) => {
  const folder = t.testdir()
  const [key, file, out] = ['key', 'file', 'out'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  runAge('age-keygen', '-o', key)
  const text = readFileSync(key, 'utf8')
  const [, theirs = ''] = /public key: (age1\w+)/.exec(text) ?? []
  const identities = [/^AGE-SECRET-KEY-1\w+$/m.exec(text)?.[0] ?? '']
  for (const size of sizes) {
    const bytes = randomBytes(size)
    writeFileSync(file, bytes)
    for (const form of ['', '--armor']) {
      runAge('age', ...(form === '' ? [] : [form]), '-r', recipient, '-r', theirs, '-o', out, file)
      t.ok((await decoded(readFileSync(out), { identities })).equals(bytes), `${size} ${form}`)
      t.ok((await decoded(readFileSync(out))).equals(bytes), `${size} ${form}, ours`)
    }
  }
  const armored = readFileSync(out, 'latin1')
  const withCr = armored.replaceAll('\n', '\r\n')
  t.equal((await decoded(Buffer.from(withCr))).length, 200_000)
  const faults = {
    [armored.slice(0, 4001)]: 'document-truncated',
    [`${armored.slice(0, 35 + 65 * 100)}`]: 'document-truncated',
    [armored.replace('\n-----END', '\n**\n-----END')]: 'document-altered',
    [armored.replace(/\n(?=[^-])/g, '')]: 'document-altered',
  }
  for (const [changed, code] of Object.entries(faults))
    await t.rejects(decoded(Buffer.from(changed)), { code })
})

const both = 'age and Octavo read what the other one encrypts with a passphrase'
t.test(both, { skip: noAgeTerminal }, async (t) => {
  const bytes = randomBytes(100_000)
  const folder = t.testdir({ plain: bytes })
  const [ours, theirs, out] = ['ours', 'theirs', 'out'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(ours, await encoded(bytes, { passphrase }))
  await ageWithPassphrase(`--decrypt -o "${out}" "${ours}"`, passphrase)
  t.ok(readFileSync(out).equals(bytes))
  await ageWithPassphrase(`--passphrase -o "${theirs}" "${join(folder, 'plain')}"`, passphrase)
  t.ok((await decoded(readFileSync(theirs), { passphrase })).equals(bytes))
})

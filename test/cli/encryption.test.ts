import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { ageCodec, newIdentity } from '../../src/codecs/age.js'
import type { AgeKeys } from '../../src/core/age-keys.js'
import { noAge, runAge } from '../support/age/age-program.js'
import { labFolder, rows } from './lab-folder.js'
import { compileOctavo, octavo } from './octavo.js'

compileOctavo()

const noGpg =
  spawnSync('gpg', ['--version']).status === 0 ? false : 'there is no gpg to encrypt with'
const passphrase = 'correct horse battery staple'
const { identity, recipient } = await newIdentity()
const other = await newIdentity()

async function seal(folder: string, name: string, content: Buffer, keys: AgeKeys): Promise<void> {
  const pieces: Buffer[] = []
  const source = async function* (): AsyncGenerator<Buffer> {
    yield content
  }
  for await (const piece of ageCodec(keys).encode(source())) pieces.push(piece)
  writeFileSync(join(folder, name), Buffer.concat(pieces))
}

/** A folder with a database, and a backup of it that is compressed and encrypted: `a.json.gz.age`. */
async function sealedFolder(t: Test): Promise<string> {
  const folder = labFolder(t)
  const { exit } = await octavo(['export', 'lab.sqlite3', '-o', 'a.json'], { folder })
  t.equal(exit, 0)
  const document = readFileSync(join(folder, 'a.json'))
  await seal(folder, 'a.json.gz.age', gzipSync(document), { recipients: [recipient] })
  writeFileSync(join(folder, 'key.txt'), `# kept apart\n${identity}\n`)
  return folder
}

/** What is left below the folder for scratch files. */
function scratch(folder: string): string[] {
  const spool = readdirSync(folder).filter((name) => name.startsWith('octavo-'))
  return spool.flatMap((name) => readdirSync(join(folder, name)))
}

t.test(
  'Octavo decrypts with the identities of keygen and of age-keygen',
  { skip: noAge },
  async (t) => {
    const folder = await sealedFolder(t)
    const { out } = await octavo(['keygen', '-o', 'ours.txt'], { folder })
    const ours = String(runAge('age-keygen', '-y', join(folder, 'ours.txt'))).trim()
    t.equal(out, `AGE_RECIPIENTS=${ours}\n`)
    runAge('age-keygen', '-o', join(folder, 'theirs.txt'))
    const theirs = String(runAge('age-keygen', '-y', join(folder, 'theirs.txt'))).trim()
    const [plain, sealed] = [join(folder, 'a.json'), join(folder, 'b.age')]
    runAge('age', '-r', ours, '-r', theirs, '-o', sealed, plain)
    for (const AGE_IDENTITY_FILE of ['ours.txt', 'theirs.txt']) {
      const ran = await octavo(['verify', 'b.age'], { folder, env: { AGE_IDENTITY_FILE } })
      t.match(ran, { exit: 0, out: /verified: 5 records/ }, AGE_IDENTITY_FILE)
    }
  },
)

t.test('an encrypted backup is verified, inspected, compared and restored', async (t) => {
  const folder = await sealedFolder(t)
  const env = { AGE_IDENTITY_FILE: 'key.txt' }
  const run = (...words: string[]) => octavo(words, { folder, env })
  t.match(await run('verify', 'a.json.gz.age', '--expect', 'machine'), {
    exit: 0,
    err: '',
    out: /verified: 5 records, restored, exported again and found equal/,
  })
  const { size } = statSync(join(folder, 'a.json.gz.age'))
  const inspected = await run('inspect', 'a.json.gz.age')
  t.match(inspected.out, /^backup +JSON document, gzip, encrypted with age, [\d.]+ (bytes|kB)$/m)
  const json = await run('inspect', 'a.json.gz.age', '--json')
  t.match(JSON.parse(json.out), { encrypted: true, compressed: true, bytes: size, records: 5 })
  t.match(JSON.parse((await run('inspect', 'a.json', '--json')).out), { encrypted: false })
  t.match(await run('diff', 'a.json.gz.age', 'lab.sqlite3'), { out: 'no difference\n' })
  t.match(await run('restore', 'a.json.gz.age', '--into', 'new.sqlite3'), { exit: 0 })
  t.same(rows(join(folder, 'new.sqlite3'), 'SELECT count(*) FROM entry'), [[3]])
  t.same(scratch(folder), [], 'nothing decrypted is left')
})

t.test('a native copy may be encrypted too, with a passphrase', async (t) => {
  const folder = labFolder(t)
  await octavo(['export', 'lab.sqlite3', '--format', 'sqlite', '-o', 'c.db'], { folder })
  await seal(folder, 'c.db.age', readFileSync(join(folder, 'c.db')), { passphrase })
  const env = { AGE_PASSPHRASE: passphrase }
  t.match(await octavo(['verify', 'c.db.age'], { folder, env }), { exit: 0, out: /verified:/ })
  const diff = await octavo(['diff', 'c.db.age', 'lab.sqlite3'], { folder, env })
  t.match(diff, { exit: 0, out: 'no difference\n' })
  for (const [wrong, err] of [
    [{}, /c\.db\.age: the backup is encrypted with a passphrase, and none is given.*not proved/],
    [{ AGE_PASSPHRASE: 'another one' }, /the passphrase does not decrypt the backup/],
  ] as const) {
    const ran = await octavo(['verify', 'c.db.age'], { folder, env: wrong })
    t.match(ran, { exit: 4, out: '', err })
    t.notMatch(ran.err, 'another one')
  }
  t.same(scratch(folder), [])
})

t.test('without the identity it is said what is needed, and what is not proved', async (t) => {
  const folder = await sealedFolder(t)
  const shown = join(folder, 'a.json.gz.age')
  const without = await octavo(['verify', 'a.json.gz.age'], { folder })
  t.match(without, { exit: 4, out: '' })
  t.equal(
    without.err,
    `error: ${shown}: the backup is encrypted, and no identity is given: whether it is whole and restores is not proved\n` +
      'hint: Set AGE_IDENTITY_FILE to the file with the identity that `octavo keygen` made.\n',
  )
  const wrong = { AGE_IDENTITY: other.identity }
  const ran = await octavo(['verify', 'a.json.gz.age', '--json'], { folder, env: wrong })
  t.match(JSON.parse(ran.err), { error: { code: 'decrypt-failed', message: /none of the ident/ } })
  t.notMatch(ran.err, 'SECRET-KEY')
  for (const words of [
    ['inspect', 'a.json.gz.age'],
    ['diff', 'a.json', 'a.json.gz.age'],
    ['restore', 'a.json.gz.age', '--into', 'new.sqlite3', '--yes'],
  ])
    t.match(await octavo(words, { folder }), { exit: 4, out: '', err: /no identity is given/ })
  t.notOk(existsSync(join(folder, 'new.sqlite3')))
  t.same(scratch(folder), [])
})

t.test('an encrypted backup that was cut off or changed is refused', async (t) => {
  const folder = await sealedFolder(t)
  const bytes = readFileSync(join(folder, 'a.json.gz.age'))
  const changed = Buffer.from(bytes)
  changed[bytes.length - 100] = (changed[bytes.length - 100] ?? 0) ^ 1
  const faults = {
    'cut.age': bytes.subarray(0, -10),
    'changed.age': changed,
    'start.age': bytes.subarray(0, 30),
  }
  const env = { AGE_IDENTITY: identity }
  for (const [name, content] of Object.entries(faults)) {
    writeFileSync(join(folder, name), content)
    const ran = await octavo(['verify', name], { folder, env })
    t.match(ran, { exit: 4, out: '', err: `error: ${join(folder, name)}: the ` })
  }
  t.same(scratch(folder), [])
})

/** Of a key pair that was made for this test, and thrown away. */
const gpgKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawGrMBYJKwYBBAHaRw8BAQdAb87cvwjw8yiE1q7jhAiPKdYNxR9JJ7Si7aKn
UlhCPeK0D09jdGF2byB0ZXN0IGtleYiQBBMWCAA4FiEEt06Zh1bOdiayVqTEqzpG
93gh0TgFAmsBqzACGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQqzpG93gh
0ThbFgEAiBM0z3g9wm6RFBF18CzqFl2vcrt7QT652dWBd4FlFCgBAK8LCjTszAo5
7qBvXNOoW0a/PGsVj82gM+2sNJGXXqQGuDgEawGrMBIKKwYBBAGXVQEFAQEHQJR4
AD+cWFpGR/9jNrOlNy0yIgBH6TCr77p8nhAtz0UIAwEIB4h4BBgWCAAgFiEEt06Z
h1bOdiayVqTEqzpG93gh0TgFAmsBqzACGwwACgkQqzpG93gh0TjgzgEAzv95x7P1
DamwSfFe5f6hovlxStg+UMbyXt9Cl2oaR0EA/RhRifP5c6EqiOn59guclS3KjeMP
FXpVzC0mXZ0vBNAA
=3L10
-----END PGP PUBLIC KEY BLOCK-----
`

t.test(
  'what gpg encrypted is refused, with the command to run first',
  { skip: noGpg },
  async (t) => {
    const folder = await sealedFolder(t)
    writeFileSync(join(folder, 'key.asc'), gpgKey)
    mkdirSync(join(folder, 'home'), { mode: 0o700 })
    // Without its agent, which would stay when the test ends.
    const common = ['--homedir', 'home', '--batch', '--no-autostart', '--trust-model', 'always']
    const forms = { 'bytes.gpg': [], 'text.gpg': ['--armor'] }
    for (const [out, form] of Object.entries(forms)) {
      const words = [...common, ...form, '--recipient-file', 'key.asc', '-o', out, '-e', 'a.json']
      const made = spawnSync('gpg', words, { cwd: folder, encoding: 'utf8' })
      t.equal(made.status, 0, made.stderr)
      const ran = await octavo(['verify', out], { folder })
      t.match(ran, { exit: 4, out: '' })
      const command = `gpg --output ${join(folder, out.slice(0, -4))} --decrypt ${join(folder, out)}`
      t.match(ran.err, `${join(folder, out)} is encrypted with gpg`)
      t.match(ran.err, `\nhint: Decrypt it first: \`${command}\`.`)
    }
  },
)

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { noAge, runAge } from '../support/age/age-program.js'
import { compileOctavo, octavo } from './octavo.js'

compileOctavo()

t.test(
  'keygen writes an identity as age-keygen does, private, and never over another',
  async (t) => {
    const folder = t.testdir({ there: 'mine' })
    const made = await octavo(['keygen', '-o', 'id.txt'], { folder })
    t.equal(made.exit, 0, made.err)
    const [, setting = ''] = /^AGE_RECIPIENTS=(age1[a-z0-9]{58})\n$/.exec(made.out) ?? []
    t.match(setting, /^age1/, 'the setting alone is on the standard output')
    t.match(made.err, /Keep the identity away from that machine/)
    t.match(made.err, /if it is lost, the\nbackups are lost/)
    const path = join(folder, 'id.txt')
    const form = `^# created: \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ
# public key: ${setting}
AGE-SECRET-KEY-1[A-Z0-9]{58}
$`
    const text = readFileSync(path, 'utf8')
    t.match(text, new RegExp(form))
    t.notMatch(made.out + made.err, 'AGE-SECRET-KEY', 'the identity is in the file only')
    t.equal(statSync(path).mode & 0o777, 0o600)
    for (const name of ['id.txt', 'there']) {
      const again = await octavo(['keygen', '-o', name], { folder })
      t.match(again, { exit: 6, out: '', err: /is there already\nhint: Nothing was written/ })
      t.notMatch(again.err, '--force')
    }
    t.equal(readFileSync(path, 'utf8'), text)
    t.equal(readFileSync(join(folder, 'there'), 'utf8'), 'mine')
    t.match(await octavo(['keygen', '-o', 'none/id.txt'], { folder }), { exit: 2, out: '' })
    t.same(readdirSync(folder).toSorted(), ['id.txt', 'there'])
    const json = await octavo(['keygen', '-o', 'second.txt', '--json'], { folder })
    t.match(json, { exit: 0, err: '' })
    t.match(JSON.parse(json.out), { recipient: /^age1/, file: join(folder, 'second.txt') })
    t.notMatch(json.out, 'SECRET')
    mkdirSync(join(folder, 'into'))
    t.match(await octavo(['keygen', '-o', 'into'], { folder }), { exit: 0 })
    t.same(readdirSync(join(folder, 'into')), ['age-identity.txt'])
  },
)

t.test('without a file keygen prints the identity, and what to do with it beside', async (t) => {
  const folder = t.testdir()
  const bad = { BACKUP_API_KEY: 'short' }
  for (const words of [['keygen'], ['keygen', '-o', '-', '--quiet']]) {
    const { exit, out, err } = await octavo(words, { folder, env: bad })
    t.equal(exit, 0, err)
    t.match(out, /^# created: .*\n# public key: age1\w{58}\nAGE-SECRET-KEY-1\w{58}\n$/)
    if (words.includes('--quiet')) t.equal(err, '')
    else t.match(err, /AGE_RECIPIENTS=age1\w{58}\n/)
  }
  const { out } = await octavo(['keygen', '--json'], { folder })
  t.match(JSON.parse(out), { recipient: /^age1/, identity: /^AGE-SECRET-KEY-1/ })
  t.same(readdirSync(folder), [])
})

t.test('age-keygen reads what keygen wrote', { skip: noAge }, async (t) => {
  const folder = t.testdir()
  const { out } = await octavo(['keygen', '-o', 'id.txt'], { folder })
  const recipient = String(runAge('age-keygen', '-y', join(folder, 'id.txt'))).trim()
  t.equal(out, `AGE_RECIPIENTS=${recipient}\n`)
})

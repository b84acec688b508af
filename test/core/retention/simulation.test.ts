import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  keepRules,
  limits,
  policyMistakes,
  type RetentionPolicy,
} from '../../../src/core/retention/policy.js'
import { projectRoot } from '../../house/source-files.js'
import { docBlock } from '../../support/doc-block.js'
import { days, simulate, type Plan, type Step } from './simulate.js'

/** The policy that docs/policies.md shows under a name. */
function policyOf(name: string): RetentionPolicy {
  return JSON.parse(docBlock('policies.md', name)).retention
}

const nightly = () => [2]
const midnight = () => [0]
const onSundays = (weekday: number) => (weekday === 0 ? [0] : [])
const byHand = (_: number, day: number) => (day % 30 === 7 ? [15] : [])
/** The hour 3 is the evening of the day before in Denver. */
const allDay = (weekday: number) => (weekday === 0 || weekday === 6 ? [9] : [3, 9, 16, 22])

const plans: Readonly<Record<string, Plan>> = {
  qhog: { policy: policyOf('qhog'), hoursOf: onSundays },
  'qhog-daily': { policy: policyOf('qhog'), hoursOf: nightly },
  'bak-up-e-voucher': { policy: policyOf('bak-up-e-voucher'), hoursOf: nightly },
  'payment-voucher': { policy: policyOf('payment-voucher'), hoursOf: midnight },
  'event-horizon': { policy: policyOf('event-horizon'), hoursOf: nightly },
  'alano-club': { policy: policyOf('alano-club'), hoursOf: byHand },
  development: { policy: policyOf('development'), hoursOf: nightly },
  staging: { policy: policyOf('staging'), hoursOf: nightly },
  production: { policy: policyOf('production'), hoursOf: allDay, pinOnDay: 100 },
  'off-site': { policy: policyOf('off-site'), hoursOf: nightly },
}

/** Whether the laws that can be seen from outside hold in one step. */
function brokenLaw({ run, decisions }: Step): string | null {
  const gone = decisions.filter(({ kept }) => !kept)
  if (gone.length > 0 && !run.verified) return 'something went after a bad run'
  const verified = decisions.find(({ backup }) => backup.verified)
  if (verified?.kept === false) return 'the newest verified backup went'
  if (gone.some(({ backup }) => backup.pinned)) return 'a pinned backup went'
  if (decisions[0]?.kept === false) return 'the newest backup went'
  return null
}

function shownEnd({ policy }: Plan, steps: readonly Step[]): string {
  const runs = steps.map(({ run }) => run)
  const failed = runs.filter(({ ok }) => !ok).length
  const unverified = runs.filter(({ ok, verified }) => ok && !verified).length
  const survivors = (steps.at(-1)?.decisions ?? [])
    .filter(({ kept }) => kept)
    .map(({ backup: { name, verified }, reasons }) => {
      return `${name}${verified ? '' : ' (not verified)'}: ${reasons.join('; ')}`
    })
  const head = [
    `policy: ${JSON.stringify(policy)}`,
    `${days} days, ${runs.length} runs: ${failed} failed, ${unverified} not verified`,
    `${survivors.length} backups stay:`,
  ]
  return `${[...head, '', ...survivors].join('\n')}\n`
}

/** OCTAVO_WRITE_GOLDEN=1 writes them anew: read the difference before it is committed. */
const write = process.env['OCTAVO_WRITE_GOLDEN'] === '1'

for (const [name, plan] of Object.entries(plans))
  t.test(`a thousand days of the policy ${name} leave the backups in its golden file`, (t) => {
    const steps = [...simulate(plan, 2026)]
    t.strictSame(
      steps.flatMap((step) => brokenLaw(step) ?? []),
      [],
    )
    const path = join(projectRoot, 'test/core/retention/golden', `${name}.txt`)
    const end = shownEnd(plan, steps)
    if (write) writeFileSync(path, end)
    t.equal(end, readFileSync(path, 'utf8'))
    t.end()
  })

t.test('every policy of docs/policies.md is simulated, without a mistake', (t) => {
  const page = readFileSync(join(projectRoot, 'docs/policies.md'), 'utf8')
  const names = [...page.matchAll(/^<!-- ([\w-]+) -->$/gm)].map(([, name = '']) => name)
  t.equal([...page.matchAll(/^```json$/gm)].length, names.length, 'each block has a name')
  t.ok(names.length > 7)
  const known = new Set<string>([...keepRules, ...limits, 'timeZone'])
  for (const name of names) {
    t.ok(name in plans, name)
    t.strictSame(policyMistakes(policyOf(name)), [])
    t.ok(
      Object.keys(policyOf(name)).every((member) => known.has(member)),
      `${name}: its members`,
    )
  }
  const rules = [...page.matchAll(/^\| (`.*?`) \|/gm)].join()
  for (const rule of [...keepRules, ...limits])
    t.match(rules, `\`${rule}\``, `the page has ${rule}`)
  t.end()
})

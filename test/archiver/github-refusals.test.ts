import t from 'tap'
import { ArchiveRig } from '../support/archive/archive-rig.js'

const cases: readonly (readonly [number, string, RegExp, RegExp])[] = [
  [403, 'Resource not accessible by integration', /workflow's token/, /Workflow permissions/],
  [
    403,
    'Resource not accessible by personal access token',
    /the token lacks a permission/,
    /lab\/backups among its repositories and "Contents: Read and write"/,
  ],
  [403, 'Must have push access to repository.', /lacks a permission/, /Fine-grained tokens/],
  [
    403,
    'Resource protected by organization SAML enforcement. You must grant your token access.',
    /single sign-on/,
    /Configure SSO/,
  ],
  [
    403,
    '`lab` forbids access via a personal access token (classic).',
    /does not take this kind of token/,
    /Personal access tokens/,
  ],
  [403, 'Repository was archived so is read-only.', /is archived/, /Unarchive/],
  [403, 'Your IP is not on the IP allow list of `lab`.', /only some addresses/, /IP allow list/],
  [403, 'Protected branch update failed', /a rule protects the branch/, /Rulesets.*Branches/],
  [409, 'Repository rule violations found', /a rule protects the branch/, /Rulesets/],
  [422, 'Required status check "ci" is expected.', /a rule protects the branch/, /Rulesets/],
  [422, 'Commits must have verified signatures.', /a rule protects the branch/, /Rulesets/],
  [403, 'No.', /the token may not do this/, /contents: write/],
]

t.test('a refusal of GitHub is named by the setting that causes it', async (t) => {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  await rig.serve({ at: '2026-11-22T00:17:00.000Z', machines: ['magnet'] })
  for (const [status, said, message, hint] of cases) {
    rig.github.plan = ({ kind }) => (kind === 'create blob' ? { status, message: said } : undefined)
    await t.rejects(rig.archive(), { code: 'github-failed', message, hint }, said)
    t.equal(await rig.head(), null)
  }
})

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Listeners, RestorePlan, SyncReport, SyncRequest } from '../../cli/actions.js'
import type { Config } from '../../config/read-config.js'
import { OctavoError } from '../../core/errors.js'
import type { RewriteInput, RewriteResult } from '../../jobs/sync/rewrite-file.js'
import { runJob } from '../../jobs/wall/run-job.js'
import type { ProcessContext } from '../process-context.js'
import { withScratchFolder } from '../scratch-folder.js'
import { lookAtTarget } from './look-at-target.js'
import { chooseSides, requireTwoDatabases, type SyncSides } from './sync-sides.js'
import { targetOf } from './target-of.js'

/** Looks at both sides, refuses what is never done, and changes nothing. */
export async function planSync(
  context: ProcessContext,
  request: Pick<SyncRequest, 'from' | 'to'>,
  listeners: Listeners,
): Promise<RestorePlan & SyncSides> {
  const sides = chooseSides(context.config(), request)
  rulesOf(context.config())
  await requireTwoDatabases(sides, listeners.signal)
  return { ...sides, target: sides.to, backup: null, ...(await lookAtTarget(sides.to, listeners)) }
}

/** Export, rewriting and restore. What the export holds as it is, is gone before the restore begins. */
export async function syncAction(
  context: ProcessContext,
  { dryRun, confirmed, ...request }: SyncRequest,
  listeners: Listeners,
): Promise<SyncReport> {
  const config = context.config()
  const { from, to } = chooseSides(config, request)
  const rules = rulesOf(config)
  if (!dryRun && to.label === '' && confirmed === null)
    throw new OctavoError('confirmation-needed', `nothing says what ${to.name} is`, {
      hint: `Give --confirm ${to.name}, or set its label (docs/labels.md).`,
    })
  await requireTwoDatabases({ from, to }, listeners.signal)
  return withScratchFolder(context, async (workFolder) => {
    const wall = { ...listeners, wall: 'process' } as const
    const place = targetOf(context, request.to)
    const { at, deadlineMs } = place
    const plain = join(workFolder, 'plain')
    const verify = from.address.engine === 'sqlite' || from.scratch !== undefined
    const more = { format: 'json', sample: false, temporary: true } as const
    const wish = { ...more, database: from, verify, at, busyTimeoutMs: deadlineMs }
    const exported = await runJob('export', { ...wish, file: plain }, wall)
    const out = join(workFolder, 'rewritten')
    const input = { ...rules, file: plain, out, source: from, workFolder }
    const { rewritten, personal } = await runJob('rewrite', input, wall)
    if (rewritten.length > 0) await rm(plain)
    const file = rewritten.length > 0 ? out : plain
    const all = { mode: 'replace', only: [], dryRun } as const
    const restored = await runJob('restore', { ...place, ...all, file }, wall)
    const warnings = [
      ...(verify ? [] : [unverified]),
      ...warningsOf({ rewritten, personal }),
      ...restored.warnings,
    ]
    return {
      from: { name: from.name, label: from.label },
      to: { name: to.name, label: to.label },
      verified: exported.verified,
      rewritten,
      personal,
      restored,
      warnings,
    }
  })
}

const unverified =
  'the export was not tried out before it was restored: SCRATCH_DATABASE_URL names no server for it'

function warningsOf({ rewritten, personal }: RewriteResult): string[] {
  const none = 'sync.columns names no column: all values travel as they are'
  const looking = `these columns look as if they held personal data, and no rule names them: ${personal.join(', ')}`
  return [...(rewritten.length === 0 ? [none] : []), ...(personal.length > 0 ? [looking] : [])]
}

function rulesOf({ settings }: Config): Pick<RewriteInput, 'rules' | 'key' | 'keepFullText'> {
  const { sync, syncKey: key = '' } = settings
  const rules = [...(sync?.columns ?? [])].map(([model, columns]) => [model, [...columns]] as const)
  const wantsKey = rules.some(([, columns]) => columns.some(([, rule]) => rule === 'pseudonym'))
  if (wantsKey && key === '')
    throw new OctavoError(
      'config-invalid',
      'SYNC_KEY is not set, and sync.columns asks for pseudonyms',
      {
        hint: 'Make one with: openssl rand -hex 32. Keep it: the same key makes the same pseudonyms.',
      },
    )
  return { rules, key, keepFullText: sync?.keepFullText ?? [] }
}

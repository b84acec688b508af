import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { appendAudit } from '../access/audit-file.js'
import { notedFirst, type Audit, type AuditedAction } from '../core/access.js'
import { asOctavoError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import { homeOf } from './backups/home.js'
import type { ProcessContext } from './process-context.js'
import { systemClock } from './system-clock.js'

export const auditName = 'audit.jsonl'

/**
 * Notes in the audit trail beside the catalog. Never rejects: a full disk must not keep a restore from
 * being done. Where there is no folder of backups there is no trail.
 */
export function auditTrail(context: ProcessContext): Audit {
  return async (entry) => {
    const home = homeOf(context)
    if (!existsSync(home)) return
    try {
      await appendAudit(join(home, auditName), { at: systemClock.now(), ...entry })
    } catch (error) {
      const line = `warning: the audit trail can't be written to: ${messageOf(error)}\n`
      context.terminal.err.write(line)
    }
  }
}

/** Does what a person asked for on the command line, and notes it however it ends. */
export async function audited<T>(
  context: ProcessContext,
  {
    detail = null,
    ...what
  }: {
    readonly action: AuditedAction
    readonly subject: string | null
    /** What else there is to know of what was done. */
    readonly detail?: string | null
  },
  run: () => Promise<T>,
): Promise<T> {
  const audit = auditTrail(context)
  const entry = { ...what, who: systemUser(context), from: null }
  if (notedFirst.has(what.action)) await audit({ ...entry, outcome: 'begun', detail })
  try {
    const result = await run()
    await audit({ ...entry, outcome: 'done', detail })
    return result
  } catch (thrown) {
    const { code, message } = asOctavoError(thrown)
    await audit({ ...entry, outcome: 'failed', detail: `${code}: ${message}` })
    throw thrown
  }
}

/** Who types: behind sudo the account of the person, as sudo tells it. */
function systemUser({ environment }: ProcessContext): string {
  const person = environment['SUDO_USER']
  const account = accountName()
  return person ? `user ${person} as ${account}` : `user ${account}`
}

function accountName(): string {
  try {
    return userInfo().username
  } catch {
    // An account without a name, as containers have them.
    return String(process.getuid?.() ?? 'unknown')
  }
}

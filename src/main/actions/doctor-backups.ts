import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { configuredStores, type ConfiguredStore } from '../../config/configured-stores.js'
import { openingOf, sealingOf } from '../../config/encryption-keys.js'
import type { Settings } from '../../config/config-schema.js'
import { asOctavoError } from '../../core/errors.js'
import type { Store } from '../../core/store.js'
import type { Finding } from '../../jobs/doctor.js'
import { openStores } from '../backups/open-stores.js'
import type { ProcessContext } from '../process-context.js'

/** Whether each store answers, and who can read what is put into it. Nothing is written. */
export async function doctorBackups(
  context: ProcessContext,
  signal: AbortSignal,
): Promise<Finding[]> {
  const config = context.config()
  const findings: Finding[] = []
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
  let leaves = false
  try {
    for (const one of configuredStores(config)) {
      const [opened] = await openStores([one])
      if (opened === undefined) continue
      if (!opened.store.local) leaves = true
      findings.push(isYetToBe(one) ? notYet(opened.store) : await checkStore(opened.store, limit))
    }
  } catch (thrown) {
    signal.throwIfAborted()
    const { message, hint } = asOctavoError(thrown)
    findings.push({ check: 'stores', verdict: 'failed', message, hint })
  }
  return [...findings, encryption(config.settings, leaves)]
}

/** A folder that the first backup makes, in one that is there. */
function isYetToBe(store: ConfiguredStore): boolean {
  return store.kind === 'disk' && !existsSync(store.path) && existsSync(dirname(store.path))
}

function notYet({ name, shown }: Store): Finding {
  const message = `${shown}, which the first backup makes`
  return { check: `store ${name}`, verdict: 'ok', message, hint: '' }
}

/** For all stores together; then they count as not reached. */
const answerMs = 60_000

async function checkStore(store: Store, signal: AbortSignal): Promise<Finding> {
  const check = `store ${store.name}`
  try {
    // The first object, or none, is answer enough.
    for await (const _ of store.list('', { signal })) break
    return { check, verdict: 'ok', message: store.shown, hint: '' }
  } catch (thrown) {
    const { message, hint } = asOctavoError(thrown)
    return { check, verdict: 'failed', message, hint }
  } finally {
    await store.close()
  }
}

function encryption(settings: Settings, leaves: boolean): Finding {
  const check = 'encryption'
  const sealing = sealingOf(settings)
  if (sealing === null)
    return {
      check,
      verdict: leaves ? 'warning' : 'ok',
      message: `backups are not encrypted${leaves ? ', and leave this machine' : ''}`,
      hint: leaves ? 'Set AGE_RECIPIENTS: docs/encryption.md says how.' : '',
    }
  const how =
    'recipients' in sealing
      ? `backups are encrypted for ${sealing.recipients.length} of AGE_RECIPIENTS`
      : 'backups are encrypted with AGE_PASSPHRASE'
  const canOpen = openingOf(settings) !== null
  const message = canOpen ? `${how}, and can be read here` : `${how}; this machine can't read them`
  return { check, verdict: 'ok', message, hint: '' }
}

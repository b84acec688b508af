import { OctavoError } from '../../core/errors.js'
import type { CheckedStore } from '../../http/backups/backup-desk.js'
import { checkStoreAction } from '../actions/store-actions.js'
import type { ProcessContext } from '../process-context.js'
import type { RequestOf } from './messages.js'
import type { JobListeners } from './run-verb.js'

/** What `octavo store check` does, a line of the log for each step. */
export async function checkStore(
  context: ProcessContext,
  request: RequestOf<'checkStore'>,
  { signal, onProgress, tell }: JobListeners,
): Promise<CheckedStore> {
  onProgress?.({ phase: 'testing' })
  const { store, shown, steps } = await checkStoreAction(context, request, {
    ...(signal && { signal }),
    onStep: ({ step, ok, ms, reason }) =>
      tell(`${ok ? 'ok' : 'failed'}  ${step} (${ms} ms)${reason === null ? '' : `: ${reason}`}`),
  })
  const failed = steps.find(({ ok }) => !ok)
  if (failed)
    throw new OctavoError('store-failed', `${shown} can't be relied on: ${failed.step}`, {
      hint: failed.reason ?? 'Look at the log.',
    })
  return { store, steps }
}

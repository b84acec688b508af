import type { Notice, Notifier } from '../core/backups/notifier.js'
import { asOctavoError, type OctavoError } from '../core/errors.js'

export interface FailedNotice {
  /** Name of the notifier. */
  readonly notifier: string
  readonly error: OctavoError
}

export interface NotifyCall {
  readonly signal?: AbortSignal
  /** Told a line for each channel that failed. */
  readonly log?: (line: string) => void
}

/**
 * Sends a notice on every channel that wants it, all at once, and returns what failed. It never throws:
 * a channel that fails never fails a backup.
 */
export async function notifyAll(
  notifiers: readonly Notifier[],
  notice: Notice,
  { signal, log }: NotifyCall = {},
): Promise<readonly FailedNotice[]> {
  const wanting = notifiers.filter(({ wants }) => wants.has(notice.kind))
  const failed = await Promise.all(
    wanting.map((notifier) => sent(notifier, notice, signal && { signal })),
  )
  const faults = failed.filter((fault) => fault !== null)
  for (const { error } of faults) log?.(`no notice of ${notice.kind}: ${error.message}`)
  return faults
}

async function sent(
  notifier: Notifier,
  notice: Notice,
  call: { readonly signal: AbortSignal } | undefined,
): Promise<FailedNotice | null> {
  try {
    await notifier.send(notice, call ?? {})
    return null
  } catch (error) {
    return { notifier: notifier.name, error: asOctavoError(error) }
  }
}

import type { Finding, Notice } from '../../core/backups/notifier.js'
import type { OctavoError } from '../../core/errors.js'
import { notifyAll } from '../../notifiers/notify-all.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { openNotifiers } from './open-notifiers.js'

export interface NoticeSender {
  /** Never throws. False where channels want it, and none took it. */
  readonly send: (notice: Notice) => Promise<boolean>
  /** The same, for whoever does not ask what became of it. */
  readonly notify: (notice: Notice) => Promise<void>
  /** Tells that runs of these databases can't even begin. Never throws. */
  readonly cantBegin: (databases: readonly string[], error: OctavoError) => Promise<void>
  /** Whether anybody is told of it. */
  readonly isWanted: (kind: Notice['kind']) => boolean
  /** Whether everybody who is told of `kind` is told of `other` too. */
  readonly isToldWith: (kind: Notice['kind'], other: Notice['kind']) => boolean
}

/** What is left for a notice once the process was told to stop. */
const lastWordMs = 5_000

/** Sends on the channels of the settings. What fails is a line of the log, and fails nothing else. */
export async function noticeSender(
  context: ProcessContext,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (line: string) => void },
): Promise<NoticeSender> {
  const { notifiers, faults } = await openNotifiers(context.config(), systemClock)
  for (const fault of faults) tell(`WARNING: ${fault}`)
  const send = async (notice: Notice): Promise<boolean> => {
    const wanting = notifiers.filter(({ wants }) => wants.has(notice.kind))
    const failed = await notifyAll(notifiers, notice, {
      // That a run was stopped is told too.
      signal: signal.aborted ? AbortSignal.timeout(lastWordMs) : signal,
      log: (line) => tell(`WARNING: ${line}`),
    })
    return wanting.length === 0 || failed.length < wanting.length
  }
  return {
    send,
    notify: async (notice) => void (await send(notice)),
    cantBegin: async (databases, { message, hint }) => {
      const findings = databases.map((database): Finding => {
        return {
          check: 'not-begun',
          database,
          backup: null,
          message: `no backup can begin: ${message}`,
          hint,
        }
      })
      if (findings.length > 0) await send({ kind: 'unhealthy', findings })
    },
    isWanted: (kind) => notifiers.some(({ wants }) => wants.has(kind)),
    isToldWith: (kind, other) =>
      notifiers.every(({ wants }) => !wants.has(kind) || wants.has(other)),
  }
}

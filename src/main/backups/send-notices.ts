import type { Settings } from '../../config/config-schema.js'
import type { Notice } from '../../core/backups/notifier.js'
import { notifyAll } from '../../notifiers/notify-all.js'
import { systemClock } from '../system-clock.js'
import { openNotifiers } from './open-notifiers.js'

export interface NoticeSender {
  /** Never throws. False where channels want it, and none took it. */
  readonly send: (notice: Notice) => Promise<boolean>
  /** The same, for whoever does not ask what became of it. */
  readonly notify: (notice: Notice) => Promise<void>
  /** Whether anybody is told of it. */
  readonly isWanted: (kind: Notice['kind']) => boolean
  /** Whether everybody who is told of `kind` is told of `other` too. */
  readonly isToldWith: (kind: Notice['kind'], other: Notice['kind']) => boolean
}

/** What is left for a notice once the process was told to stop. */
const lastWordMs = 5_000

/** Sends on the channels of the settings. What fails is a line of the log, and fails nothing else. */
export async function noticeSender(
  settings: Settings,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (line: string) => void },
): Promise<NoticeSender> {
  const { notifiers, faults } = await openNotifiers(settings, systemClock)
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
    isWanted: (kind) => notifiers.some(({ wants }) => wants.has(kind)),
    isToldWith: (kind, other) =>
      notifiers.every(({ wants }) => !wants.has(kind) || wants.has(other)),
  }
}

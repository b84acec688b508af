import { messageOf } from '../../core/message-of.js'
import type { BackupRoom } from './backup-types.js'
import type { RunLogWriter } from './run-log-writer.js'

/** The room of a run, in which whatever is told is kept, too. */
export function keepLog(
  around: BackupRoom,
  id: string,
): { readonly room: BackupRoom; readonly kept: RunLogWriter } {
  const { tell, clock, logs } = around
  const kept = logs.writer(id, (message) => tell(`WARNING: ${message}`))
  const tellAndKeep = (line: string): void => {
    tell(line)
    kept.line(line, clock.now())
  }
  return { kept, room: { ...around, tell: tellAndKeep } }
}

/** Where a run leaves no trace, or somebody took it out of the catalog meanwhile, its log goes, too. */
export async function forgetWithRun(
  { catalog, logs, tell }: BackupRoom,
  id: string,
): Promise<void> {
  try {
    if ((await catalog.get(id)) === null) await logs.remove(id)
  } catch (error) {
    tell(`WARNING: whether the log of ${id} is to stay is not known: ${messageOf(error)}`)
  }
}

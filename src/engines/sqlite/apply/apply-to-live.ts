import { rm } from 'node:fs/promises'
import { OctavoError } from '../../../core/errors.js'
import { syncFile } from '../../../core/files/durable-file.js'
import { openConnection } from '../connection/open-connection.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import { Deadline } from './deadline.js'
import { isBusy, type LiveTarget } from './live-target.js'
import { exists } from './place-new-database.js'
import type { ReplaceOptions } from './replace-options.js'
import { takeSafetyCopy } from './safety-copy.js'
import { withSafetyCopy } from './with-safety-copy.js'

type Attempt = 'applied' | 'busy' | 'moved'

export interface Applied {
  readonly safetyCopy: string | null
  /** Whether anybody may have written to the target after the change. */
  readonly writtenSince: () => boolean
}

/** Copies `built` over the live target with no write lost. */
export async function applyToLive(live: LiveTarget, options: ReplaceOptions): Promise<Applied> {
  const deadline = new Deadline(options.deadlineMs, options.signal)
  let last: Attempt
  do {
    const { attempt, safetyCopy, writtenSince } = await tryOnce(live, options, deadline)
    if (attempt === 'applied') return { safetyCopy, writtenSince }
    if (safetyCopy !== null) await rm(safetyCopy)
    last = attempt
  } while (await deadline.pause())
  const waited = `within ${options.deadlineMs} ms`
  if (last === 'busy')
    throw new OctavoError('database-busy', `the target ${live.path} was not free ${waited}`)
  throw new OctavoError('target-changed', `the target ${live.path} did not rest ${waited}`)
}

/**
 * The mark, the safety copy, the change: in this order, so that a write after the mark shows. The
 * mark is compared where the target's write lock is held already, in the first call of `progress`.
 */
async function tryOnce(
  live: LiveTarget,
  options: ReplaceOptions,
  deadline: Deadline,
): Promise<Applied & { attempt: Attempt }> {
  let safetyCopy: string | null = null
  let writtenSince = () => true
  let wasTouched = false
  try {
    const { journalMode, isEmpty, isDamaged } = live.look()
    const mark = live.mark(journalMode)
    if (!isEmpty) {
      if (!isDamaged) requireFit(live, options.built, journalMode)
      options.onProgress?.({ phase: 'safety copy' })
      safetyCopy = await takeSafetyCopy(live.connection, live.path, options.at)
      if (safetyCopy === null) return { attempt: 'busy', safetyCopy, writtenSince }
    }
    options.onProgress?.({ phase: 'applying' })
    const hasMoved = () => {
      const commits = live.commits(journalMode)
      writtenSince = () => commits === null || live.commits(journalMode) !== commits + 1
      wasTouched = live.mark(journalMode) === mark
      return !wasTouched
    }
    let attempt: Attempt
    do attempt = await copyInto(live.path, options.built, hasMoved)
    while (attempt === 'busy' && (await deadline.pause()))
    if (attempt === 'applied' && journalMode === 'wal') await makeWalDurable(live)
    return { attempt, safetyCopy, writtenSince }
  } catch (error) {
    if (isBusy(error)) return { attempt: 'busy', safetyCopy, writtenSince }
    if (safetyCopy === null) throw error
    // SQLite may fail after its commit, too: from here on the safety copy alone is sure to hold the old.
    if (wasTouched) throw withSafetyCopy(error, safetyCopy)
    await rm(safetyCopy)
    throw error
  }
}

const everyPage = 0x7fffffff

class TargetMoved extends Error {}

async function copyInto(target: string, built: string, hasMoved: () => boolean): Promise<Attempt> {
  const source = openConnection(built, { access: 'read' })
  let holdsLock = false
  const progress = (): number => {
    if (!holdsLock && hasMoved()) throw new TargetMoved()
    holdsLock = true
    return everyPage
  }
  try {
    const { totalPages } = await source.backup(target, { progress })
    return totalPages === 0 ? 'busy' : 'applied'
  } catch (error) {
    if (error instanceof TargetMoved) return 'moved'
    throw sqliteFailure(error, `the target ${target} can not be replaced`)
  } finally {
    source.close()
  }
}

/** In WAL mode the last commit may not have reached the disk. */
async function makeWalDurable(live: LiveTarget): Promise<void> {
  live.connection.pragma('wal_checkpoint(passive)')
  if (await exists(`${live.path}-wal`)) await syncFile(`${live.path}-wal`)
}

/** The backup API writes pages as they are: it can't change these two in a file that is in use. */
function requireFit(live: LiveTarget, built: string, journalMode: string): void {
  const source = openConnection(built, { access: 'read' })
  try {
    const facts = ['encoding', 'page_size'].map((pragma) => {
      const of = (connection: typeof source) => connection.pragma(pragma, { simple: true })
      return { pragma, target: of(live.connection), built: of(source) }
    })
    const unlike = facts.find(
      ({ pragma, target, built: wanted }) =>
        target !== wanted && (pragma === 'encoding' || journalMode === 'wal'),
    )
    if (unlike === undefined) return
    const { pragma, target, built: wanted } = unlike
    throw new OctavoError(
      'restore-refused',
      `the target ${live.path} has the ${pragma} ${String(target)}, the backup ${String(wanted)}`,
      { hint: 'Stop the app, move the old database away, and restore into the empty path.' },
    )
  } finally {
    source.close()
  }
}

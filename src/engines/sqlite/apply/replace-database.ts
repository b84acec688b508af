import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OctavoError } from '../../../core/errors.js'
import { requireSpace } from '../../../core/files/free-space.js'
import { compareDatabases } from '../compare/compare-databases.js'
import { firstDifferences } from '../compare/first-differences.js'
import { applyToLive, type Applied } from './apply-to-live.js'
import { LiveTarget } from './live-target.js'
import { exists, placeNewDatabase } from './place-new-database.js'
import type { ReplaceOptions } from './replace-options.js'
import { pruneSafetyCopies } from './safety-copy.js'

export interface Replaced {
  /** True where no file was. */
  readonly created: boolean
  /** Null where there was nothing to keep. */
  readonly safetyCopy: string | null
  readonly warnings: readonly string[]
}

/**
 * Makes the target hold what `built` holds, in one atomic step, with other connections open. After an
 * error the target is as it was, but for `restore-mismatch`, which names the safety copy. Where no
 * file is, `built` itself becomes the target.
 */
export async function replaceDatabase(options: ReplaceOptions): Promise<Replaced> {
  const { built, target, at } = options
  if (!(await exists(target))) {
    const moved = await placeNewDatabase(built, target, at)
    return {
      created: true,
      safetyCopy: null,
      warnings: moved.map((path) => `a file left by an earlier database was moved to ${path}`),
    }
  }
  await requireRoom(built, target)
  const live = new LiveTarget(target)
  try {
    const applied = await applyToLive(live, options)
    options.onProgress?.({ phase: 'comparing' })
    const warnings = await readBack(options, applied)
    const { safetyCopy } = applied
    const unpruned = await pruneSafetyCopies(target, safetyCopy)
    return { created: false, safetyCopy, warnings: [...warnings, ...unpruned] }
  } finally {
    live.close()
  }
}

/** The safety copy, and the journal or WAL of the one step. */
async function requireRoom(built: string, target: string): Promise<void> {
  const [{ size: newBytes }, { size: oldBytes }] = await Promise.all([stat(built), stat(target)])
  await requireSpace(dirname(target), oldBytes + Math.max(newBytes, oldBytes), 'the restore')
}

async function readBack(
  { built, target, signal }: ReplaceOptions,
  { safetyCopy, writtenSince }: Applied,
): Promise<string[]> {
  const differences = await compareDatabases(built, target, { signal })
  if (differences.length === 0) return []
  const found = firstDifferences(differences)
  if (writtenSince())
    return [`the target was written to right after the restore, and now differs: ${found}`]
  throw new OctavoError(
    'restore-mismatch',
    `what ${target} holds now is not the backup: ${found}`,
    {
      hint:
        safetyCopy === null
          ? 'Stop the app, and restore again into an empty path.'
          : `The state before is in ${safetyCopy}: \`octavo restore --undo\` puts it back.`,
      details: { differences, safetyCopy },
    },
  )
}

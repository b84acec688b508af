import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { readSequences } from '../schema/read-sequences.js'
import type { OpenedSnapshot } from '../snapshot/opened-snapshot.js'

/**
 * Throws `verify-failed` unless a restored database has the sequences of a snapshot. They belong to no
 * snapshot: one that was used meanwhile must stand between what it was then and what it is now.
 */
export async function requireEqualSequences(
  { session, sequences: before }: OpenedSnapshot,
  restored: Session,
): Promise<void> {
  const after = byName(await readSequences(session, null))
  const found = byName(await readSequences(restored, null))
  for (const line of before) {
    const [name, first] = entryOf(line)
    const [value, last] = [found.get(name), after.get(name) ?? first]
    if (value === undefined || !isBetween(value, first, last)) throw differs(name)
    found.delete(name)
  }
  const [more] = found.keys()
  if (more !== undefined) throw differs(more)
}

/** `["public","a_id_seq",9,true]`: by its two names, what is behind them. */
function entryOf(line: string): readonly [name: string, value: string] {
  const [whole, name = '', value = ''] =
    /^\[("(?:[^"\\]|\\.)*","(?:[^"\\]|\\.)*"),(.*)\]$/s.exec(line) ?? []
  if (whole === undefined) throw new OctavoError('internal', `a sequence reads as ${line}`)
  return [name, value]
}

function byName(lines: readonly string[]): Map<string, string> {
  return new Map(lines.map(entryOf))
}

function isBetween(value: string, first: string, last: string): boolean {
  if (value === first || value === last) return true
  if (first === last) return false
  const [at, a, b] = [value, first, last].map((text) => BigInt(/-?\d{1,}/.exec(text)?.[0] ?? '0'))
  if (at === undefined || a === undefined || b === undefined) return false
  return a < b ? a <= at && at <= b : b <= at && at <= a
}

function differs(name: string): OctavoError {
  return new OctavoError(
    'verify-failed',
    `the export, restored into a scratch database, differs from the snapshot in the sequence ${name}`,
  )
}
